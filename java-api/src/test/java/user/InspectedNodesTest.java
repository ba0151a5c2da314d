package user;

import static org.assertj.core.api.Assertions.assertThat;
import static user.Messages.ascii;
import static user.Messages.column;
import static user.Messages.envelope;
import static user.Messages.literal;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import datafusion_common.DatafusionCommon;
import datafusion_common.DatafusionCommon.EmptyMessage;
import datafusion_common.DatafusionCommon.ScalarValue;
import io.datafusion.codec.PlanInspector;
import io.datafusion.codec.PlanInspector.Message;
import io.datafusion.codec.PlanInspector.Node;
import java.util.List;
import java.util.Map;
import org.apache.datafusion.protobuf.BareTableReference;
import org.apache.datafusion.protobuf.CaseNode;
import org.apache.datafusion.protobuf.CreateExternalTableNode;
import org.apache.datafusion.protobuf.CustomTableScanNode;
import org.apache.datafusion.protobuf.EmptyRelationNode;
import org.apache.datafusion.protobuf.FileGroup;
import org.apache.datafusion.protobuf.FileScanExecConf;
import org.apache.datafusion.protobuf.FullTableReference;
import org.apache.datafusion.protobuf.HashJoinExecNode;
import org.apache.datafusion.protobuf.JoinNode;
import org.apache.datafusion.protobuf.JoinOn;
import org.apache.datafusion.protobuf.LimitNode;
import org.apache.datafusion.protobuf.ListingTableScanNode;
import org.apache.datafusion.protobuf.LogicalExprNode;
import org.apache.datafusion.protobuf.LogicalPlanNode;
import org.apache.datafusion.protobuf.ParquetScanExecNode;
import org.apache.datafusion.protobuf.PartitionedFile;
import org.apache.datafusion.protobuf.Partitioning;
import org.apache.datafusion.protobuf.PhysicalColumn;
import org.apache.datafusion.protobuf.PhysicalExprNode;
import org.apache.datafusion.protobuf.PhysicalHashRepartition;
import org.apache.datafusion.protobuf.PhysicalPlanNode;
import org.apache.datafusion.protobuf.PhysicalSortExprNode;
import org.apache.datafusion.protobuf.ProjectionColumns;
import org.apache.datafusion.protobuf.RepartitionExecNode;
import org.apache.datafusion.protobuf.SortExecNode;
import org.apache.datafusion.protobuf.SortExprNode;
import org.apache.datafusion.protobuf.SortNode;
import org.apache.datafusion.protobuf.TableReference;
import org.apache.datafusion.protobuf.WhenThen;
import org.junit.jupiter.api.Test;

/** What nodes say. */
class InspectedNodesTest {
  private static final LogicalPlanNode EMPTY =
      LogicalPlanNode.newBuilder()
          .setEmptyRelation(EmptyRelationNode.newBuilder().setProduceOneRow(true))
          .build();

  private static Node plan(LogicalPlanNode.Builder plan) {
    return PlanInspector.logicalPlan(plan.build().toByteArray()).root();
  }

  private static Node physical(PhysicalPlanNode.Builder plan) {
    return PlanInspector.executionPlan(plan.build().toByteArray()).root();
  }

  private static Node expression(LogicalExprNode.Builder expression) {
    return PlanInspector.expression(expression.build().toByteArray()).root();
  }

  private static PhysicalExprNode physicalColumn(String name) {
    return PhysicalExprNode.newBuilder()
        .setColumn(PhysicalColumn.newBuilder().setName(name).setIndex(2))
        .build();
  }

  private static DatafusionCommon.Schema schema() {
    return DatafusionCommon.Schema.newBuilder()
        .addColumns(
            DatafusionCommon.Field.newBuilder()
                .setName("x")
                .setArrowType(
                    DatafusionCommon.ArrowType.newBuilder()
                        .setLARGEUTF8(EmptyMessage.getDefaultInstance())))
        .build();
  }

  @Test
  void scansShowTableFilesAndColumns() {
    Node scan =
        plan(
            LogicalPlanNode.newBuilder()
                .setListingScan(
                    ListingTableScanNode.newBuilder()
                        .setTableName(
                            TableReference.newBuilder()
                                .setFull(
                                    FullTableReference.newBuilder()
                                        .setCatalog("c")
                                        .setSchema("s")
                                        .setTable("trips")))
                        .addPaths("a.parquet")
                        .addPaths("b.parquet")
                        .setFileExtension(".parquet")
                        .setProjection(
                            ProjectionColumns.newBuilder().addColumns("x").addColumns("y"))
                        .setSchema(schema())
                        .setParquet(
                            DatafusionCommon.ParquetFormat.newBuilder()
                                .setOptions(
                                    DatafusionCommon.TableParquetOptions.getDefaultInstance()))
                        .addFilters(column("x"))));
    assertThat(scan.kind()).isEqualTo("ListingTableScan");
    assertThat(scan.fact("table_name")).containsExactly("c.s.trips");
    assertThat(scan.fact("paths")).containsExactly("a.parquet", "b.parquet");
    assertThat(scan.fact("projection")).containsExactly("x", "y");
    assertThat(scan.fact("schema.columns")).containsExactly("x: LargeUtf8 not null");
    assertThat(scan.fact("file_format_type")).containsExactly("parquet");
    assertThat(scan.fact("options")).isEmpty();
    assertThat(scan.children()).extracting(Node::kind).containsExactly("Column");
    assertThat(scan.children()).extracting(Node::role).containsExactly("filters");
  }

  @Test
  void joinsShowTheirTypeEvenIfItIsTheFirst() {
    Node inner =
        plan(
            LogicalPlanNode.newBuilder()
                .setJoin(
                    JoinNode.newBuilder().setLeft(EMPTY).setRight(EMPTY).setFilter(literal(1))));
    assertThat(inner.kind()).isEqualTo("Join");
    assertThat(inner.fact("join_type")).containsExactly("INNER");
    assertThat(inner.fact("join_constraint")).containsExactly("ON");
    assertThat(inner.children()).extracting(Node::role).containsExactly("left", "right", "filter");
    PhysicalPlanNode.Builder leaf = PhysicalPlanNode.newBuilder();
    leaf.getPlaceholderRowBuilder();
    Node hash =
        physical(
            PhysicalPlanNode.newBuilder()
                .setHashJoin(
                    HashJoinExecNode.newBuilder()
                        .setLeft(leaf)
                        .setRight(leaf)
                        .setJoinType(DatafusionCommon.JoinType.LEFTSEMI)
                        .addOn(
                            JoinOn.newBuilder()
                                .setLeft(physicalColumn("a"))
                                .setRight(physicalColumn("b")))));
    assertThat(hash.kind()).isEqualTo("HashJoinExec");
    assertThat(hash.fact("join_type")).containsExactly("LEFTSEMI");
    assertThat(hash.fact("partition_mode")).containsExactly("COLLECT_LEFT");
    Node on = hash.children().get(2);
    assertThat(on.kind()).isEqualTo("JoinOn");
    assertThat(on.children()).extracting(n -> n.fact("name").get(0)).containsExactly("a", "b");
  }

  @Test
  void zeroIsALimit() {
    Node limit =
        plan(LogicalPlanNode.newBuilder().setLimit(LimitNode.newBuilder().setInput(EMPTY)));
    assertThat(limit.fact("fetch")).containsExactly("0");
    assertThat(limit.fact("skip")).containsExactly("0");
  }

  @Test
  void sortKeysAreNodesOfTheirOwn() {
    Node sort =
        plan(
            LogicalPlanNode.newBuilder()
                .setSort(
                    SortNode.newBuilder()
                        .setInput(EMPTY)
                        .setFetch(-1)
                        .addExpr(
                            SortExprNode.newBuilder().setExpr(column("a")).setNullsFirst(true))));
    assertThat(sort.fact("fetch")).containsExactly("-1");
    Node key = sort.children().get(1);
    assertThat(key.kind()).isEqualTo("SortExpr");
    assertThat(key.fact("asc")).containsExactly("false");
    assertThat(key.fact("nulls_first")).containsExactly("true");
    assertThat(key.children()).extracting(Node::kind).containsExactly("Column");
  }

  @Test
  void sortKeysOfExecutionPlansSayBothFlags() {
    PhysicalPlanNode.Builder leaf = PhysicalPlanNode.newBuilder();
    leaf.getPlaceholderRowBuilder();
    Node sort =
        physical(
            PhysicalPlanNode.newBuilder()
                .setSort(
                    SortExecNode.newBuilder()
                        .setInput(leaf)
                        .addExpr(
                            PhysicalExprNode.newBuilder()
                                .setSort(
                                    PhysicalSortExprNode.newBuilder()
                                        .setExpr(physicalColumn("a"))))));
    assertThat(sort.children().get(1).toString())
        .isEqualTo("expr: SortExpr asc=false nulls_first=false\n  expr: Column name=a index=2\n");
  }

  @Test
  void partsOfCaseAreKept() {
    Node branch =
        expression(
            LogicalExprNode.newBuilder()
                .setCase(
                    CaseNode.newBuilder()
                        .addWhenThenExpr(
                            WhenThen.newBuilder().setWhenExpr(column("a")).setThenExpr(literal(1)))
                        .setElseExpr(literal(2))));
    assertThat(branch.toString())
        .isEqualTo(
            """
            Case
              when_then_expr: WhenThen
                when_expr: Column name=a
                then_expr: Literal value=Int64(1)
              else_expr: Literal value=Int64(2)
            """);
  }

  @Test
  void nestedMessagesAreFactsOfTheirNode() {
    Node scan =
        physical(
            PhysicalPlanNode.newBuilder()
                .setParquetScan(
                    ParquetScanExecNode.newBuilder()
                        .setBaseConf(
                            FileScanExecConf.newBuilder()
                                .setObjectStoreUrl("file:///")
                                .addProjection(1)
                                .addFileGroups(
                                    FileGroup.newBuilder()
                                        .addFiles(PartitionedFile.newBuilder().setPath("a"))
                                        .addFiles(PartitionedFile.newBuilder().setPath("b")))
                                .setSchema(schema()))));
    assertThat(scan.kind()).isEqualTo("ParquetScanExec");
    assertThat(scan.fact("base_conf.object_store_url")).containsExactly("file:///");
    assertThat(scan.fact("base_conf.projection")).containsExactly("1");
    assertThat(scan.fact("base_conf.file_groups.path")).containsExactly("a", "b");
  }

  @Test
  void choicesShowWhichWasMade() {
    PhysicalPlanNode.Builder leaf = PhysicalPlanNode.newBuilder();
    leaf.getPlaceholderRowBuilder();
    Node repartition =
        physical(
            PhysicalPlanNode.newBuilder()
                .setRepartition(
                    RepartitionExecNode.newBuilder()
                        .setInput(leaf)
                        .setPartitioning(
                            Partitioning.newBuilder()
                                .setHash(
                                    PhysicalHashRepartition.newBuilder()
                                        .setPartitionCount(-1)
                                        .addHashExpr(physicalColumn("k"))))));
    assertThat(repartition.fact("partitioning.partition_method")).containsExactly("hash");
    assertThat(repartition.fact("partitioning.hash.partition_count"))
        .containsExactly("18446744073709551615");
    assertThat(repartition.children().get(1).role()).isEqualTo("partitioning.hash.hash_expr");
  }

  @Test
  void mapsShowTheirKeys() {
    Node table =
        plan(
            LogicalPlanNode.newBuilder()
                .setCreateExternalTable(
                    CreateExternalTableNode.newBuilder()
                        .putOptions("format", "csv")
                        .putColumnDefaults("x", literal(7))));
    assertThat(table.fact("options")).containsExactly("format=csv");
    assertThat(table.children()).extracting(Node::role).containsExactly("column_defaults[x]");
  }

  @Test
  void constantsShowTheirType() {
    Map<ScalarValue.Builder, String> constants =
        Map.of(
            ScalarValue.newBuilder().setUtf8Value("a \"b\""),
            "Utf8('a \"b\"')",
            ScalarValue.newBuilder().setUint64Value(-1),
            "UInt64(18446744073709551615)",
            ScalarValue.newBuilder().setBoolValue(true),
            "Boolean(true)",
            ScalarValue.newBuilder().setFloat64Value(0.5),
            "Float64(0.5)",
            ScalarValue.newBuilder()
                .setNullValue(
                    DatafusionCommon.ArrowType.newBuilder()
                        .setUTF8VIEW(EmptyMessage.getDefaultInstance())),
            "Utf8View(NULL)",
            ScalarValue.newBuilder()
                .setTimestampValue(
                    DatafusionCommon.ScalarTimestampValue.newBuilder()
                        .setTimeMicrosecondValue(5)
                        .setTimezone("UTC")),
            "Timestamp(5, 'UTC')",
            ScalarValue.newBuilder()
                .setDecimal128Value(
                    DatafusionCommon.Decimal128.newBuilder()
                        .setValue(ByteString.copyFrom(new byte[] {0, -1}))
                        .setP(5)),
            "Decimal128(255, 5, 0)",
            ScalarValue.newBuilder().setBinaryValue(ascii("DFPYCHN")),
            "Binary(7 bytes: 4446505943484e)");
    constants.forEach(
        (constant, text) ->
            assertThat(expression(LogicalExprNode.newBuilder().setLiteral(constant)).fact("value"))
                .containsExactly(text));
  }

  @Test
  void bytesOfCodecsShowTheirEnvelope() {
    var plan =
        LogicalPlanNode.newBuilder()
            .setCustomScan(
                CustomTableScanNode.newBuilder()
                    .setTableName(
                        TableReference.newBuilder()
                            .setBare(BareTableReference.newBuilder().setTable("t")))
                    .setCustomTableData(envelope("their.codec", ascii("data"))));
    assertThat(plan(plan).fact("custom_table_data"))
        .containsExactly("4 bytes: 64617461 in their.codec");
    assertThat(PlanInspector.logicalPlan(plan.build().toByteArray()).codecs())
        .containsExactly("their.codec");
  }

  @Test
  void whatIsNotKnownIsShownAsSuch() {
    LogicalExprNode newer =
        LogicalExprNode.newBuilder()
            .setUnknownFields(
                UnknownFieldSet.newBuilder()
                    .addField(
                        99,
                        UnknownFieldSet.Field.newBuilder().addLengthDelimited(ascii("x")).build())
                    .build())
            .build();
    Node branch =
        expression(LogicalExprNode.newBuilder().setCase(CaseNode.newBuilder().setElseExpr(newer)));
    assertThat(branch.children().get(0).kind()).isEqualTo("Unknown");
    assertThat(branch.children().get(0).fact("field")).containsExactly("99");
  }

  @Test
  void bytesOftenShowWhatTheyAre() {
    byte[] expression = column("some_column").toByteArray();
    byte[] plan =
        LogicalPlanNode.newBuilder()
            .setLimit(LimitNode.newBuilder().setInput(EMPTY).setFetch(3))
            .build()
            .toByteArray();
    assertThat(PlanInspector.readings(expression)).containsExactly(Message.EXPRESSION);
    assertThat(PlanInspector.readings(plan)).containsExactly(Message.LOGICAL_PLAN);
    byte[] nothing =
        LogicalPlanNode.newBuilder()
            .setEmptyRelation(EmptyRelationNode.getDefaultInstance())
            .build()
            .toByteArray();
    assertThat(PlanInspector.readings(nothing)).contains(Message.LOGICAL_PLAN, Message.EXPRESSION);
    for (byte[] none : List.of(new byte[0], new byte[] {1, 2, 3})) {
      assertThat(PlanInspector.readings(none)).isEmpty();
    }
  }
}
