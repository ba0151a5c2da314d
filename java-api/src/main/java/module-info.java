/** Java bindings over Apache DataFusion; the way in is {@link io.datafusion.SessionContext}. */
module io.datafusion {
  requires transitive org.apache.arrow.memory.core;
  requires transitive org.apache.arrow.vector;
  requires org.apache.arrow.format;
  requires org.apache.arrow.memory.unsafe;
  requires com.google.protobuf;
  requires jdk.unsupported;
  requires io.datafusion.bindings;
  requires static org.jspecify;

  exports io.datafusion;
  exports io.datafusion.codec;
  exports io.datafusion.exchange;
  exports io.datafusion.udf;
}
