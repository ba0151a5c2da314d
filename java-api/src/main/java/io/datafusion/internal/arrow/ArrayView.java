package io.datafusion.internal.arrow;

import static io.datafusion.internal.arrow.CData.NULL;

/**
 * A run of rows of a native array.
 *
 * @param struct address of the {@code struct ArrowArray}
 * @param offset the first row, counted from the start of the buffers
 * @param length how many rows
 */
record ArrayView(long struct, long offset, long length) {
  ArrayView {
    if (offset < 0 || length < 0) {
      throw new IllegalArgumentException("an array has offset " + offset + " and length " + length);
    }
    if (length > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "an array of " + length + " rows is longer than an Arrow Java vector can be");
    }
  }

  /** {@return the whole array of the struct, its own offset honoured} */
  static ArrayView of(long struct) {
    if (struct == NULL) {
      throw new IllegalArgumentException("a child array is missing");
    }
    return new ArrayView(
        struct,
        CData.longAt(struct + CData.ARRAY_OFFSET),
        CData.longAt(struct + CData.ARRAY_LENGTH));
  }

  /** {@return {@code rows} rows of this one from row {@code first} on} */
  ArrayView window(long first, long rows) {
    if (first + rows > length) {
      throw new IllegalArgumentException(
          "an array of " + length + " rows is asked for rows up to " + (first + rows));
    }
    return new ArrayView(struct, offset + first, rows);
  }

  /** {@return the length as vectors count} */
  int rows() {
    return (int) length;
  }

  long bufferCount() {
    return CData.longAt(struct + CData.ARRAY_BUFFER_COUNT);
  }

  /** {@return the address of a buffer, or NULL} */
  long buffer(long index) {
    return CData.pointerAt(CData.longAt(struct + CData.ARRAY_BUFFERS), index);
  }

  long childCount() {
    return CData.longAt(struct + CData.ARRAY_CHILD_COUNT);
  }

  ArrayView child(long index) {
    return of(CData.pointerAt(CData.longAt(struct + CData.ARRAY_CHILDREN), index));
  }

  boolean hasDictionary() {
    return CData.longAt(struct + CData.ARRAY_DICTIONARY) != NULL;
  }

  ArrayView dictionary() {
    return of(CData.longAt(struct + CData.ARRAY_DICTIONARY));
  }
}
