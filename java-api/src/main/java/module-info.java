/** Java bindings over Apache DataFusion; the way in is {@link io.datafusion.SessionContext}. */
module io.datafusion {
  requires transitive org.apache.arrow.memory.core;
  requires transitive org.apache.arrow.vector;
  requires org.apache.arrow.format;
  requires org.apache.arrow.memory.unsafe;
  requires com.fasterxml.jackson.core;
  requires com.google.protobuf;
  requires jdk.unsupported;
  requires io.datafusion.bindings;
  requires static org.jspecify;

  exports io.datafusion;
  exports io.datafusion.capsule;
  exports io.datafusion.catalog;
  exports io.datafusion.cluster;
  exports io.datafusion.codec;
  exports io.datafusion.exchange;
  exports io.datafusion.udf;
  // PlanInspector walks messages by their descriptors, and protobuf calls their accessors for that
  exports datafusion_common to
      com.google.protobuf;
  exports org.apache.datafusion.protobuf to
      com.google.protobuf;
}
