/** A command that shows what the bytes of plans and expressions hold, without an engine. */
module io.datafusion.inspect {
  requires io.datafusion;
  requires static org.jspecify;
}
