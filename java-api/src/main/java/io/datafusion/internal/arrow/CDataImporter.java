package io.datafusion.internal.arrow;

import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Brings native schemas and batches into Arrow Java.
 *
 * <p>For an {@link org.apache.arrow.vector.ipc.ArrowReader}: {@code readSchema()} answers {@link
 * #schema}, and {@code loadNextBatch()} passes the reader's root and the reader itself to {@link
 * #load}. The vectors then share the engine's memory, which is given back when the last buffer of
 * the batch is released; buffers that were transferred elsewhere keep it. As with the body of an
 * IPC message, a batch is one allocation: a buffer that is transferred takes the accounting of all
 * of it along.
 *
 * <p>Importers of one engine may work in different threads, one importer belongs to one.
 */
public final class CDataImporter {
  private final BufferAllocator allocator;
  private final ArrayRelease release;

  /**
   * Makes an importer.
   *
   * @param allocator what the memory of the batches is accounted to; of the same root as the
   *     allocator of the vectors
   * @param release how a native array is given back
   */
  public CDataImporter(BufferAllocator allocator, ArrayRelease release) {
    this.allocator = allocator;
    this.release = release;
  }

  /**
   * {@return the schema in a {@code struct ArrowSchema}, which stays the caller's}
   *
   * <p>A dictionary-encoded field has the type of its values and an encoding with an id of its own,
   * as in an IPC message: what {@code ArrowReader.readSchema} has to answer and {@link IpcSchema}
   * writes.
   *
   * @param arrowSchema the struct
   * @throws UnsupportedOperationException if Arrow Java has no type for a field
   */
  public static Schema schema(MemorySegment arrowSchema) {
    try {
      return new SchemaReader().schema(arrowSchema.address());
    } finally {
      Reference.reachabilityFence(arrowSchema);
    }
  }

  /**
   * Loads a batch into a root, in place of what the root held. The batch is taken over in any case:
   * its struct is moved from, and if loading fails it is given back and the root is left empty.
   *
   * @param arrowArray a {@code struct ArrowArray} of a struct array
   * @param root vectors of the batch's schema, dictionary-encoded ones with the type of their
   *     indices
   * @param dictionaries where the dictionaries' vectors are, loaded too
   * @return how many bytes the buffers of the batch have
   * @throws UnsupportedOperationException if Arrow Java has no vector for the type of a column
   * @throws IllegalArgumentException if the arrays do not fit the schema
   */
  public long load(
      MemorySegment arrowArray, VectorSchemaRoot root, DictionaryProvider dictionaries) {
    BatchMemory memory = BatchMemory.take(arrowArray, release);
    try (ArrayReader reader = new ArrayReader(allocator, dictionaries)) {
      ArrayView batch = memory.array();
      clear(root, dictionaries);
      readColumns(reader, batch, root);
      long bytes = reader.bytes();
      try (ArrowBuf whole = memory.whole(allocator, bytes)) {
        reader.load(whole);
        root.setRowCount(batch.rows());
        if (reader.sawDenseUnion()) {
          // setRowCount has shortened the union's children to the rows it counts for each type
          root.getFieldVectors().forEach(FieldVector::clear);
          reader.load(whole);
        }
      }
      return bytes;
    } catch (Throwable failure) {
      clear(root, dictionaries);
      memory.drop();
      throw failure;
    }
  }

  /**
   * {@return a vector over an array} The array is taken over in any case: its struct is moved from,
   * and its memory is given back when the vector's last buffer is released.
   *
   * @param arrowArray a {@code struct ArrowArray}
   * @param field the vector's field, a dictionary-encoded one with the type of its indices
   * @param dictionaries where the dictionaries' vectors are, loaded too; they hold nothing before
   * @throws UnsupportedOperationException if Arrow Java has no vector for the type
   * @throws IllegalArgumentException if the array does not fit the field
   */
  public FieldVector column(
      MemorySegment arrowArray, Field field, DictionaryProvider dictionaries) {
    BatchMemory memory = BatchMemory.take(arrowArray, release);
    FieldVector vector = null;
    try (ArrayReader reader = new ArrayReader(allocator, dictionaries)) {
      ArrayLayout.of(field);
      vector = field.createVector(allocator);
      reader.read(memory.array(), field, vector);
      try (ArrowBuf whole = memory.whole(allocator, reader.bytes())) {
        reader.load(whole);
      }
      return vector;
    } catch (Throwable failure) {
      if (vector != null) {
        vector.close();
      }
      clear(dictionaries);
      memory.drop();
      throw failure;
    }
  }

  private static void readColumns(ArrayReader reader, ArrayView batch, VectorSchemaRoot root) {
    List<Field> fields = root.getSchema().getFields();
    if (batch.childCount() != fields.size()) {
      throw new IllegalArgumentException(
          "a batch of %d columns for a schema of %d".formatted(batch.childCount(), fields.size()));
    }
    for (int i = 0; i < fields.size(); i++) {
      ArrayView column = batch.child(i).window(batch.offset(), batch.length());
      reader.read(column, fields.get(i), root.getVector(i));
    }
  }

  /**
   * Lets go of the batch that a root holds, dictionaries included.
   *
   * @param root what {@link #load} loaded into
   * @param dictionaries the dictionaries that were loaded with it
   */
  public static void clear(VectorSchemaRoot root, DictionaryProvider dictionaries) {
    root.clear();
    clear(dictionaries);
  }

  private static void clear(DictionaryProvider dictionaries) {
    for (long id : dictionaries.getDictionaryIds()) {
      dictionaries.lookup(id).getVector().clear();
    }
  }
}
