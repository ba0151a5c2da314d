package crossing.capsule;

import io.datafusion.SessionContext;
import io.datafusion.capsule.Capsule;

/**
 * An inlining session of another copy of the library, made by the class loader that has this class.
 */
public final class SecondCopy {
  private static final SessionContext SESSION = SessionContext.create();
  private static final Capsule LOGICAL = SESSION.logicalExtensionCodec();
  private static final Capsule PHYSICAL = SESSION.physicalExtensionCodec();
  private static final Capsule FUNCTION = SESSION.export(JavaSide.plusOne());

  private SecondCopy() {}

  public static long logicalCodec() {
    return LOGICAL.address();
  }

  public static long physicalCodec() {
    return PHYSICAL.address();
  }

  /** {@return where the function {@code plus_one} lies} */
  public static long function() {
    return FUNCTION.address();
  }
}
