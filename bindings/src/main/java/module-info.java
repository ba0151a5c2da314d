/**
 * The native library and the FFM classes generated from its header. Nobody but {@code
 * io.datafusion} sees them; this is the module that needs {@code
 * --enable-native-access=io.datafusion.bindings}.
 */
module io.datafusion.bindings {
  requires static org.jspecify;

  exports io.datafusion.bindings to
      io.datafusion;
}
