package io.datafusion.internal.boundary;

import static io.datafusion.bindings.datafusion_c_h.DF_ERROR_CALLBACK;
import static io.datafusion.bindings.datafusion_c_h.DF_VERDICT_ALTERED;
import static io.datafusion.bindings.datafusion_c_h.DF_VERDICT_UNKNOWN_KEY;
import static io.datafusion.bindings.datafusion_c_h.DF_VERDICT_VALID;
import static io.datafusion.bindings.datafusion_c_h.DF_VERDICT_WRONG_ALGORITHM;

import io.datafusion.bindings.df_signature;
import io.datafusion.bindings.df_signed_content;
import io.datafusion.bindings.df_signing_callback;
import io.datafusion.bindings.df_signing_functions;
import io.datafusion.internal.signing.KeySigner;
import io.datafusion.internal.signing.KeyVerifier;
import io.datafusion.internal.signing.Verdict;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Native code asking for signatures, and whether to trust them. */
public final class SigningUpcalls {
  /**
   * The keys of a session.
   *
   * @param signer null where nothing is signed, so nobody asks
   */
  public record Keys(@Nullable KeySigner signer, KeyVerifier verifier) {}

  private static final MemorySegment FUNCTIONS = functions();

  private SigningUpcalls() {}

  /** {@return a {@code df_signing_callback} whose one owner is native code} */
  public static MemorySegment callback(SegmentAllocator allocator, Keys keys) {
    MemorySegment callback = df_signing_callback.allocate(allocator);
    df_signing_callback.data(callback, Upcalls.hold(keys));
    df_signing_callback.functions(callback, FUNCTIONS);
    df_signing_callback.release(callback, Upcalls.RELEASE);
    return callback;
  }

  /** {@return a {@code df_signing_callback} for a policy that signs nothing} */
  public static MemorySegment none(SegmentAllocator allocator) {
    return df_signing_callback.allocate(allocator).fill((byte) 0);
  }

  private static MemorySegment sign(
      long handle, MemorySegment content, long length, MemorySegment signature) {
    try {
      KeySigner signer = ((Keys) Upcalls.held(handle)).signer();
      if (signer == null) {
        throw new IllegalStateException("this session has no key to sign with");
      }
      byte[] value = signer.sign(Buffers.copy(content, length));
      MemorySegment room = signature.asSlice(0, df_signature.sizeof());
      if (value.length > df_signature.capacity(room)) {
        throw new IllegalStateException("a signature of " + value.length + " bytes");
      }
      MemorySegment target = df_signature.value(room).asSlice(0, value.length);
      MemorySegment.copy(value, 0, target, ValueLayout.JAVA_BYTE, 0, value.length);
      df_signature.len(room, value.length);
      return MemorySegment.NULL;
    } catch (Throwable thrown) {
      return Failures.report(DF_ERROR_CALLBACK(), thrown);
    }
  }

  private static MemorySegment verify(long handle, MemorySegment signed, MemorySegment verdict) {
    try {
      KeyVerifier verifier = ((Keys) Upcalls.held(handle)).verifier();
      MemorySegment all = signed.asSlice(0, df_signed_content.sizeof());
      byte[] algorithm =
          Buffers.copy(df_signed_content.algorithm(all), df_signed_content.algorithm_len(all));
      Verdict found =
          verifier.verify(
              new String(algorithm, StandardCharsets.UTF_8),
              Buffers.copy(df_signed_content.key_id(all), df_signed_content.key_id_len(all)),
              Buffers.copy(df_signed_content.content(all), df_signed_content.content_len(all)),
              Buffers.copy(df_signed_content.value(all), df_signed_content.value_len(all)));
      int code =
          switch (found) {
            case VALID -> DF_VERDICT_VALID();
            case UNKNOWN_KEY -> DF_VERDICT_UNKNOWN_KEY();
            case WRONG_ALGORITHM -> DF_VERDICT_WRONG_ALGORITHM();
            case ALTERED -> DF_VERDICT_ALTERED();
          };
      verdict.asSlice(0, Integer.BYTES).set(ValueLayout.JAVA_INT, 0, code);
      return MemorySegment.NULL;
    } catch (Throwable thrown) {
      return Failures.report(DF_ERROR_CALLBACK(), thrown);
    }
  }

  private static MemorySegment functions() {
    MemorySegment functions = df_signing_functions.allocate(Arena.global());
    df_signing_functions.sign(
        functions, df_signing_functions.sign.allocate(SigningUpcalls::sign, Arena.global()));
    df_signing_functions.verify(
        functions, df_signing_functions.verify.allocate(SigningUpcalls::verify, Arena.global()));
    return functions;
  }
}
