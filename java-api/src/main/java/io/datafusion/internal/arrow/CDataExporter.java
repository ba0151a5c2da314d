package io.datafusion.internal.arrow;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Lends vectors to native code for the length of a call. The structs live in an arena, the data
 * stays in the vectors: neither may be closed before the call returns, and the callee must copy
 * what it keeps.
 */
public final class CDataExporter {
  private final Arena arena;
  private final DictionaryProvider dictionaries;
  private final MemorySegment release;

  private CDataExporter(Arena arena, DictionaryProvider dictionaries, MemorySegment release) {
    this.arena = arena;
    this.dictionaries = dictionaries;
    this.release = release;
  }

  /**
   * {@return an exporter that leaves {@code release} NULL in its structs}
   *
   * <p>arrow-rs reads such structs and, dropping them, does nothing: there is nothing to give back.
   * Readers that take NULL for "released already" need {@link #withRelease}.
   *
   * @param arena what the structs live in
   * @param dictionaries the dictionaries of dictionary-encoded fields
   */
  public static CDataExporter of(Arena arena, DictionaryProvider dictionaries) {
    return new CDataExporter(arena, dictionaries, MemorySegment.NULL);
  }

  /**
   * {@return an exporter that writes this pointer as {@code release} into every struct}
   *
   * @param function a C function that takes a pointer to the struct
   */
  public CDataExporter withRelease(MemorySegment function) {
    return new CDataExporter(arena, dictionaries, function);
  }

  /**
   * {@return a {@code struct ArrowSchema}}
   *
   * @param schema a schema as a root has it: dictionary-encoded fields have the type of their
   *     indices
   * @throws IllegalArgumentException if a dictionary is missing
   */
  public MemorySegment schema(Schema schema) {
    return new SchemaWriter(arena, dictionaries, release).schema(schema);
  }

  /**
   * {@return a {@code struct ArrowArray}: a struct array with a child for each vector of the root}
   *
   * @param root the vectors; their buffers are borrowed
   * @throws UnsupportedOperationException if a type has no vector in Arrow Java
   * @throws IllegalArgumentException if a vector is shorter than the root's row count, or a buffer
   *     than its vector
   */
  public MemorySegment batch(VectorSchemaRoot root) {
    return new ArrayWriter(arena, dictionaries, release).batch(root);
  }

  /**
   * {@return a {@code struct ArrowArray} of a vector}
   *
   * @param vector the vector; its buffers are borrowed
   * @throws UnsupportedOperationException if its type has no layout here
   * @throws IllegalArgumentException if a buffer is shorter than the vector
   */
  public MemorySegment column(FieldVector vector) {
    return new ArrayWriter(arena, dictionaries, release).column(vector);
  }
}
