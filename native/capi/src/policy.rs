//! Inlining policies, and the host's signatures.

use std::sync::Arc;

use datafusion::error::Result;
use datafusion_inline::message::FrameSignature;
use datafusion_inline::{CodePackages, FrameSigner, FrameVerifier, InliningPolicy, Verdict};

use crate::boundary::{Signed, SigningHost, required};
use crate::error::{DF_ERROR_CALLBACK, Outcome, df_error};
use crate::failure::guarded;
use crate::message::inlining_policy::Form;
use crate::message::{self, ReferencePolicy, SigningKey};

/* What a verifying callback answers. Numbers are explicit and append-only; 0 is no answer. */
/// The signature is good.
pub const DF_VERDICT_VALID: i32 = 1;
/// No key of that id is trusted.
pub const DF_VERDICT_UNKNOWN_KEY: i32 = 2;
/// The key of that id is for another algorithm.
pub const DF_VERDICT_WRONG_ALGORITHM: i32 = 3;
/// The key did not sign this content.
pub const DF_VERDICT_ALTERED: i32 = 4;

/// Makes a policy of its message; `signing` is asked for only where frames are signed.
pub(crate) fn of_message(
    policy: message::InliningPolicy,
    signing: Outcome<SigningHost>,
) -> Outcome<InliningPolicy> {
    Ok(match required(policy.form, "policy.form")? {
        Form::Enabled(_) => InliningPolicy::Enabled,
        Form::Disabled(_) => InliningPolicy::Disabled,
        Form::ByReference(policy) => InliningPolicy::by_reference(packages(policy)),
        Form::Signed(policy) => {
            let signing = Arc::new(signing?);
            let signer = policy.signer.map(|key| {
                let signing = Arc::clone(&signing);
                Arc::new(HostSigner { key, signing }) as Arc<dyn FrameSigner>
            });
            InliningPolicy::signed(signer, Arc::new(HostVerifier { signing }))
        }
    })
}

fn packages(policy: ReferencePolicy) -> CodePackages {
    CodePackages::of(policy.packages).with_everywhere(policy.everywhere, policy.everywhere_alone)
}

/// The host signs with a key of its own.
#[derive(Debug)]
struct HostSigner {
    key: SigningKey,
    signing: Arc<SigningHost>,
}

impl FrameSigner for HostSigner {
    fn algorithm(&self) -> &str {
        &self.key.algorithm
    }

    fn key_id(&self) -> &[u8] {
        &self.key.key_id
    }

    fn sign(&self, content: &[u8]) -> Result<Vec<u8>> {
        guarded("FrameSigner::sign", || self.signing.sign(content))
    }
}

/// The host verifies by keys of its own.
#[derive(Debug)]
struct HostVerifier {
    signing: Arc<SigningHost>,
}

impl FrameVerifier for HostVerifier {
    fn verify(&self, signature: &FrameSignature, content: &[u8]) -> Result<Verdict> {
        let signed = Signed {
            algorithm: &signature.algorithm,
            key_id: &signature.key_id,
            value: &signature.value,
            content,
        };
        guarded("FrameVerifier::verify", || {
            match self.signing.verify(&signed)? {
                DF_VERDICT_VALID => Ok(Verdict::Valid),
                DF_VERDICT_UNKNOWN_KEY => Ok(Verdict::UnknownKey),
                DF_VERDICT_WRONG_ALGORITHM => Ok(Verdict::WrongAlgorithm),
                DF_VERDICT_ALTERED => Ok(Verdict::Altered),
                other => Err(df_error::boxed(
                    DF_ERROR_CALLBACK,
                    format!("the verifier answered {other}, which is no verdict"),
                )),
            }
        })
    }
}
