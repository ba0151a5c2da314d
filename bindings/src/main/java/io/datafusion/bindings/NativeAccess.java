package io.datafusion.bindings;

/** The permission to call native code, which the JVM gives by module. */
final class NativeAccess {
  private NativeAccess() {}

  /** {@return the flag that gives this module the permission} */
  static String flag() {
    Module module = NativeAccess.class.getModule();
    return "--enable-native-access=" + (module.isNamed() ? module.getName() : "ALL-UNNAMED");
  }

  static UnsatisfiedLinkError denied(IllegalCallerException cause) {
    var error =
        new UnsatisfiedLinkError(
            "This JVM denies native access to the DataFusion bindings: start java with "
                + flag()
                + ".");
    error.initCause(cause);
    return error;
  }
}
