package shipaplan.worker;

import io.datafusion.BatchStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowReader;

/** A query's result as text: the first line names the columns, cells are separated by tabs. */
public final class Rows {
  private Rows() {}

  /**
   * {@return the rows of the stream, which is read to its end and closed}
   *
   * @param stream a running query
   * @throws IOException when the query fails
   */
  public static List<String> of(BatchStream stream) throws IOException {
    List<String> lines = new ArrayList<>();
    try (stream;
        RootAllocator allocator = new RootAllocator();
        ArrowReader reader = stream.reader(allocator)) {
      VectorSchemaRoot root = reader.getVectorSchemaRoot();
      lines.add(line(root.getFieldVectors().stream().map(FieldVector::getName).toList()));
      while (reader.loadNextBatch()) {
        for (int row = 0; row < root.getRowCount(); row++) {
          int index = row;
          lines.add(line(root.getFieldVectors().stream().map(v -> cell(v, index)).toList()));
        }
      }
    }
    return lines;
  }

  /**
   * {@return the rows as a table with aligned columns}
   *
   * @param lines rows as {@link #of} makes them
   */
  public static String table(List<String> lines) {
    List<String[]> cells = lines.stream().map(line -> line.split("\t", -1)).toList();
    int[] widths = new int[cells.getFirst().length];
    for (String[] row : cells) {
      for (int column = 0; column < widths.length; column++) {
        widths[column] = Math.max(widths[column], row[column].length());
      }
    }
    String rule =
        IntStream.of(widths)
            .mapToObj(w -> "-".repeat(w + 2))
            .collect(Collectors.joining("+", "+", "+\n"));
    StringBuilder table = new StringBuilder(rule);
    for (int row = 0; row < cells.size(); row++) {
      table.append('|');
      for (int column = 0; column < widths.length; column++) {
        table.append(String.format(" %-" + widths[column] + "s |", cells.get(row)[column]));
      }
      table.append('\n').append(row == 0 ? rule : "");
    }
    return table.append(rule).toString();
  }

  private static String line(List<String> cells) {
    return String.join("\t", cells);
  }

  private static String cell(FieldVector vector, int row) {
    Object value = vector.getObject(row);
    return value instanceof Double number
        ? String.format(Locale.ROOT, "%.4f", number)
        : String.valueOf(value);
  }
}
