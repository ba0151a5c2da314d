package crossing;

import io.datafusion.BatchStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.StringJoiner;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.ipc.ArrowReader;

/** The rows of a result as text, a line each, as {@code tables.py} writes those of Python's. */
final class Rows {
  private Rows() {}

  static String of(BatchStream stream) {
    var text = new StringBuilder();
    try (stream;
        var allocator = new RootAllocator();
        ArrowReader reader = stream.reader(allocator)) {
      while (reader.loadNextBatch()) {
        for (int row = 0; row < reader.getVectorSchemaRoot().getRowCount(); row++) {
          var line = new StringJoiner("\t", "", "\n");
          for (FieldVector vector : reader.getVectorSchemaRoot().getFieldVectors()) {
            line.add(cell(vector, row));
          }
          text.append(line);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  private static String cell(FieldVector vector, int row) {
    Object value = vector.getObject(row);
    return switch (value) {
      case Integer days when vector instanceof DateDayVector ->
          LocalDate.ofEpochDay(days).toString();
      case Double number -> plain(BigDecimal.valueOf(number));
      case BigDecimal number -> plain(number);
      case null -> "null";
      default -> value.toString();
    };
  }

  private static String plain(BigDecimal number) {
    return number.stripTrailingZeros().toPlainString();
  }
}
