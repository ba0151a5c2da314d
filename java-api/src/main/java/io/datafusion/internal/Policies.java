package io.datafusion.internal;

import com.google.protobuf.ByteString;
import io.datafusion.codec.UdfInlining;
import io.datafusion.internal.boundary.SigningUpcalls;
import io.datafusion.internal.callable.SharedCode;
import io.datafusion.internal.message.InliningPolicy;
import io.datafusion.internal.message.PlainPolicy;
import io.datafusion.internal.message.ReferencePolicy;
import io.datafusion.internal.message.SignedPolicy;
import io.datafusion.internal.message.SigningKey;
import io.datafusion.internal.signing.KeySigner;
import io.datafusion.internal.signing.KeyVerifier;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/** Inlining policies as native code takes them. */
final class Policies {
  private Policies() {}

  /** {@return the message of a policy} */
  static byte[] message(UdfInlining policy) {
    var message = InliningPolicy.newBuilder();
    switch (policy) {
      case UdfInlining.Enabled _ -> message.setEnabled(PlainPolicy.getDefaultInstance());
      case UdfInlining.Disabled _ -> message.setDisabled(PlainPolicy.getDefaultInstance());
      case UdfInlining.ByReference references ->
          message.setByReference(
              ReferencePolicy.newBuilder()
                  .addAllPackages(references.packages())
                  .addAllEverywhere(SharedCode.everywhere())
                  .addAllEverywhereAlone(SharedCode.everywhereAlone()));
      case UdfInlining.Signed signed ->
          message.setSigned(
              SignedPolicy.newBuilder()
                  .setSigner(
                      SigningKey.newBuilder()
                          .setAlgorithm(signed.signer().algorithm())
                          .setKeyId(ByteString.copyFromUtf8(signed.signer().keyId()))));
      case UdfInlining.Verified _ -> message.setSigned(SignedPolicy.getDefaultInstance());
    }
    return message.build().toByteArray();
  }

  /** {@return the callback of a policy, whose one owner is native code} */
  static MemorySegment signing(SegmentAllocator allocator, UdfInlining policy) {
    return switch (policy) {
      case UdfInlining.Signed(KeySigner signer, KeyVerifier verifier) ->
          SigningUpcalls.callback(allocator, new SigningUpcalls.Keys(signer, verifier));
      case UdfInlining.Verified(KeyVerifier verifier) ->
          SigningUpcalls.callback(allocator, new SigningUpcalls.Keys(null, verifier));
      case UdfInlining.Enabled _, UdfInlining.Disabled _, UdfInlining.ByReference _ ->
          SigningUpcalls.none(allocator);
    };
  }
}
