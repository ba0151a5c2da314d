use super::structs::{df_signature, df_signed_content, df_signing_functions};
use super::{Callback, required};
use crate::error::{DF_ERROR_CALLBACK, Outcome, df_error};

/// More than any signature in use.
const CAPACITY: usize = 1024;

/// The callback of a signed policy.
pub type SigningHost = Callback<df_signing_functions>;

/// What a frame says of its signature, and what that is over.
pub struct Signed<'a> {
    pub algorithm: &'a str,
    pub key_id: &'a [u8],
    pub value: &'a [u8],
    pub content: &'a [u8],
}

impl SigningHost {
    /// Has the host sign.
    pub fn sign(&self, content: &[u8]) -> Outcome<Vec<u8>> {
        let sign = required(self.functions().sign, "callback.functions.sign")?;
        let mut value = vec![0; CAPACITY];
        let mut written = 0;
        self.attempt(|data| {
            let mut room = df_signature {
                value: value.as_mut_ptr(),
                capacity: CAPACITY as i64,
                len: 0,
            };
            let error = sign(data, content.as_ptr(), content.len(), &mut room);
            written = room.len;
            error
        })?;
        match usize::try_from(written) {
            Ok(len) if (1..=CAPACITY).contains(&len) => {
                value.truncate(len);
                Ok(value)
            }
            _ => Err(df_error::boxed(
                DF_ERROR_CALLBACK,
                format!("a signature of {written} bytes; 1 to {CAPACITY} are possible"),
            )),
        }
    }

    /// Has the host verify; answers a DF_VERDICT_*, or what the host answered in place of one.
    pub fn verify(&self, signed: &Signed<'_>) -> Outcome<i32> {
        let verify = required(self.functions().verify, "callback.functions.verify")?;
        let mut verdict = 0;
        self.attempt(|data| {
            let shown = df_signed_content {
                algorithm: signed.algorithm.as_ptr(),
                algorithm_len: signed.algorithm.len() as i64,
                key_id: signed.key_id.as_ptr(),
                key_id_len: signed.key_id.len() as i64,
                value: signed.value.as_ptr(),
                value_len: signed.value.len() as i64,
                content: signed.content.as_ptr(),
                content_len: signed.content.len() as i64,
            };
            verify(data, &shown, &mut verdict)
        })?;
        Ok(verdict)
    }
}
