package io.datafusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.datafusion.internal.boundary.Errors;
import io.datafusion.internal.boundary.Faults;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ErrorsTest {
  static Stream<Arguments> kinds() {
    return Stream.of(
        arguments("SELEKT 1", SqlException.class, 203),
        arguments("SELECT * FROM no_such_table", PlanException.class, 201),
        arguments("SELECT nope FROM (VALUES (1)) AS t(a)", SchemaException.class, 202),
        arguments("SELECT 1 / 0", ArrowException.class, 208),
        arguments("SELECT CAST('x' AS INT)", ArrowException.class, 208),
        arguments("SELECT arrow_cast(1, 'Nonsense')", DataFusionException.class, 0),
        arguments("SELECT * FROM '/no/such/file.parquet'", DataFusionException.class, 0),
        arguments("SET no.such = 1", ConfigurationException.class, 210),
        arguments("GRANT ALL ON t TO u", NotImplementedException.class, 211));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("kinds")
  void eachKindOfErrorHasItsClass(String sql, Class<?> type, int code) {
    try (SessionContext ctx = SessionContext.create()) {
      Throwable thrown = catchThrowable(() -> Results.of(ctx.sql(sql)));
      assertThat(thrown).isInstanceOf(type);
      assertThat(thrown.getMessage()).isNotBlank();
      if (code != 0) {
        assertThat(((DataFusionException) thrown).code()).isEqualTo(code);
      }
      assertThat(Results.one(ctx.sql("SELECT 1"))).isEqualTo(1L);
    }
  }

  @Test
  void everyMemberOfTheFamilyHasItsCode() {
    Class<?>[] family = DataFusionException.class.getPermittedSubclasses();
    var codes = new java.util.HashSet<Integer>();
    for (Class<?> member : family) {
      for (int code = 100; code < 400; code++) {
        DataFusionException made = Errors.of(code, "m", null);
        if (made.getClass() == member && made.code() == code) {
          codes.add(code);
        }
      }
    }
    assertThat(codes).hasSameSizeAs(Arrays.asList(family));
    assertThat(Errors.of(999, "m", null)).isInstanceOf(InternalException.class);
  }

  /** A panic anywhere in native code is an error, and the next call works. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "df_session_sql",
        "df_session_sql:task",
        "df_dataframe_apply",
        "df_dataframe_apply:task",
        "df_dataframe_execute:task",
        "df_stream_next:task",
        "df_expr_to_bytes:task",
        "df_expr_from_bytes:task",
        "df_dataframe_logical_plan:task",
        "df_logical_plan_to_bytes:task"
      })
  void panicsAreErrors(String where) {
    try (SessionContext ctx = SessionContext.create()) {
      everything(ctx);
      Faults.inject(where);
      assertThat(catchThrowable(() -> everything(ctx)))
          .isInstanceOf(PanicException.class)
          .hasMessageContaining(where);
      everything(ctx);
    }
  }

  private static void everything(SessionContext ctx) {
    DataFrame frame = ctx.sql("SELECT 1 AS a").select(Expr.col("a").plus(Expr.lit(1L)));
    assertThat(Results.one(frame)).isEqualTo(2L);
    assertThat(Expr.fromBytes(ctx, Expr.col("a").toBytes(ctx))).isEqualTo(Expr.col("a"));
    assertThat(frame.logicalPlan().toBytes()).isNotEmpty();
  }
}
