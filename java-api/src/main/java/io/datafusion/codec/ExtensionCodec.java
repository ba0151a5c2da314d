package io.datafusion.codec;

import io.datafusion.catalog.TableProvider;
import io.datafusion.udf.UserDefinedFunction;
import java.util.Optional;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * What codecs of logical and of physical plans have in common: they write tables and functions that
 * Java made, in bytes of their own, and read them again. The session marks the bytes with the
 * codec's id, by which a receiver finds the same codec ({@link
 * io.datafusion.SessionContext#withLogicalExtensionCodec}).
 *
 * <p>The codecs of a session are asked in the order of their installation: one that answers nothing
 * has no opinion, one that throws declines, the first that answers bytes is believed. Bytes are
 * read by the codec that wrote them and by no other. If nobody wrote a table or plan, that is an
 * error which says what each codec said; a function then goes by its name.
 *
 * <p>Methods are called from several threads at a time, on threads of the engine.
 */
public interface ExtensionCodec {
  /**
   * {@return a table in bytes, at least one, if this codec knows it} Asked of tables that do not
   * travel by value: whose class is not serializable, or which the session's policy keeps back.
   *
   * @throws Exception by which the codec declines; the cause of the error if nobody else knows the
   *     table
   */
  default Optional<byte[]> encode(TableProvider table) throws Exception {
    return Optional.empty();
  }

  /**
   * {@return the table of bytes that this codec wrote}
   *
   * @param schema the columns that the plan was made with; the table has the same ones
   * @throws Exception which is the cause of what the read throws
   */
  default Optional<TableProvider> decodeTable(byte[] bytes, Schema schema) throws Exception {
    return Optional.empty();
  }

  /**
   * {@return a function in bytes, at least one, if this codec knows it} Asked of functions of
   * Java's that the session's policy keeps from being inlined.
   *
   * @throws Exception as {@link #encode(TableProvider)}
   */
  default Optional<byte[]> encode(UserDefinedFunction function) throws Exception {
    return Optional.empty();
  }

  /**
   * {@return the function of bytes that this codec wrote, of that name and kind} Where a function
   * goes by a name that the session does not know, every codec is asked in order, without bytes.
   *
   * @param kind {@link io.datafusion.udf.ScalarUdf}, {@link io.datafusion.udf.AggregateUdf} or
   *     {@link io.datafusion.udf.WindowUdf}
   * @throws Exception as {@link #decodeTable}
   */
  default <F extends UserDefinedFunction> Optional<F> decodeFunction(
      Class<F> kind, String name, byte[] bytes) throws Exception {
    return Optional.empty();
  }
}
