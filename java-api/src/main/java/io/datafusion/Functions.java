package io.datafusion;

import java.util.List;

/**
 * Functions of the engine.
 *
 * <p>These are the ones that are used most; {@link #call(String, Expr...)} calls every one that the
 * session has, by the name that SQL has for it. Aggregates become window calls by {@link
 * Expr#over(Window)}, and take {@link Expr#distinct()}, {@link Expr#filter(Expr)} and {@link
 * Expr#orderBy(SortExpr...)}.
 */
public final class Functions {
  private Functions() {}

  /**
   * {@return a call of any function of the session: scalar, aggregate or window}
   *
   * @param name as SQL has it; an unknown one is an {@link UnresolvedFunctionException} where the
   *     call is used
   */
  public static Expr call(String name, Expr... arguments) {
    return new Expr.Operation(new Operator.Call(name), List.of(arguments));
  }

  /** {@return the number of rows} */
  public static Expr countAll() {
    return call("count", Expr.lit(1L));
  }

  /** {@return the number of values that are not null} */
  public static Expr count(Expr expr) {
    return call("count", expr);
  }

  /** {@return the sum; null for no values} */
  public static Expr sum(Expr expr) {
    return call("sum", expr);
  }

  /** {@return the mean; null for no values} */
  public static Expr avg(Expr expr) {
    return call("avg", expr);
  }

  /** {@return the smallest value} */
  public static Expr min(Expr expr) {
    return call("min", expr);
  }

  /** {@return the largest value} */
  public static Expr max(Expr expr) {
    return call("max", expr);
  }

  /** {@return the value in the middle} */
  public static Expr median(Expr expr) {
    return call("median", expr);
  }

  /** {@return the standard deviation of a sample} */
  public static Expr stddev(Expr expr) {
    return call("stddev", expr);
  }

  /** {@return the standard deviation of everything} */
  public static Expr stddevPop(Expr expr) {
    return call("stddev_pop", expr);
  }

  /** {@return the variance of a sample} */
  public static Expr var(Expr expr) {
    return call("var", expr);
  }

  /** {@return the correlation} */
  public static Expr corr(Expr y, Expr x) {
    return call("corr", y, x);
  }

  /** {@return about how many different values there are} */
  public static Expr approxDistinct(Expr expr) {
    return call("approx_distinct", expr);
  }

  /** {@return about the value below which a fraction lies} */
  public static Expr approxPercentileCont(Expr expr, Expr fraction) {
    return call("approx_percentile_cont", expr, fraction);
  }

  /** {@return the values as a list} */
  public static Expr arrayAgg(Expr expr) {
    return call("array_agg", expr);
  }

  /** {@return the texts one after the other, a separator between them} */
  public static Expr stringAgg(Expr expr, Expr separator) {
    return call("string_agg", expr, separator);
  }

  /** {@return the first value, in the order of orderBy or of the window} */
  public static Expr firstValue(Expr expr) {
    return call("first_value", expr);
  }

  /** {@return the last value, in the order of orderBy or of the window} */
  public static Expr lastValue(Expr expr) {
    return call("last_value", expr);
  }

  /** {@return whether all values are true} */
  public static Expr boolAnd(Expr expr) {
    return call("bool_and", expr);
  }

  /** {@return whether one value is true} */
  public static Expr boolOr(Expr expr) {
    return call("bool_or", expr);
  }

  /** {@return the number of the row in its window, from 1} */
  public static Expr rowNumber() {
    return call("row_number");
  }

  /** {@return the rank of the row, with gaps after equal ones} */
  public static Expr rank() {
    return call("rank");
  }

  /** {@return the rank of the row, without gaps} */
  public static Expr denseRank() {
    return call("dense_rank");
  }

  /** {@return the value a number of rows before} */
  public static Expr lag(Expr expr, Expr offset) {
    return call("lag", expr, offset);
  }

  /** {@return the value a number of rows after} */
  public static Expr lead(Expr expr, Expr offset) {
    return call("lead", expr, offset);
  }

  /** {@return the value without its sign} */
  public static Expr abs(Expr expr) {
    return call("abs", expr);
  }

  /** {@return the next whole number up} */
  public static Expr ceil(Expr expr) {
    return call("ceil", expr);
  }

  /** {@return the next whole number down} */
  public static Expr floor(Expr expr) {
    return call("floor", expr);
  }

  /** {@return the value to a number of digits after the point} */
  public static Expr round(Expr expr, Expr digits) {
    return call("round", expr, digits);
  }

  /** {@return the whole part} */
  public static Expr trunc(Expr expr) {
    return call("trunc", expr);
  }

  /** {@return the square root} */
  public static Expr sqrt(Expr expr) {
    return call("sqrt", expr);
  }

  /** {@return the base to the power of an exponent} */
  public static Expr power(Expr base, Expr exponent) {
    return call("power", base, exponent);
  }

  /** {@return e to the power of the value} */
  public static Expr exp(Expr expr) {
    return call("exp", expr);
  }

  /** {@return the natural logarithm} */
  public static Expr ln(Expr expr) {
    return call("ln", expr);
  }

  /** {@return the logarithm of base 10} */
  public static Expr log10(Expr expr) {
    return call("log10", expr);
  }

  /** {@return the sine of an angle in radians} */
  public static Expr sin(Expr expr) {
    return call("sin", expr);
  }

  /** {@return the cosine of an angle in radians} */
  public static Expr cos(Expr expr) {
    return call("cos", expr);
  }

  /** {@return the angle of a point, in radians} */
  public static Expr atan2(Expr y, Expr x) {
    return call("atan2", y, x);
  }

  /** {@return a random number from 0 up to 1} */
  public static Expr random() {
    return call("random");
  }

  /** {@return the text in small letters} */
  public static Expr lower(Expr text) {
    return call("lower", text);
  }

  /** {@return the text in capital letters} */
  public static Expr upper(Expr text) {
    return call("upper", text);
  }

  /** {@return the text without spaces around it} */
  public static Expr trim(Expr text) {
    return call("btrim", text);
  }

  /** {@return the number of characters} */
  public static Expr length(Expr text) {
    return call("character_length", text);
  }

  /** {@return a part of the text; the first character is 1} */
  public static Expr substr(Expr text, Expr start, Expr length) {
    return call("substr", text, start, length);
  }

  /** {@return the text with another part in place of each of one} */
  public static Expr replace(Expr text, Expr part, Expr by) {
    return call("replace", text, part, by);
  }

  /** {@return whether the text begins with another} */
  public static Expr startsWith(Expr text, Expr prefix) {
    return call("starts_with", text, prefix);
  }

  /** {@return whether the text ends with another} */
  public static Expr endsWith(Expr text, Expr suffix) {
    return call("ends_with", text, suffix);
  }

  /** {@return whether the text has another in it} */
  public static Expr contains(Expr text, Expr part) {
    return call("contains", text, part);
  }

  /** {@return where the other text begins, from 1; 0 for nowhere} */
  public static Expr position(Expr text, Expr part) {
    return call("strpos", text, part);
  }

  /** {@return a piece of the text between separators, from 1} */
  public static Expr splitPart(Expr text, Expr separator, Expr index) {
    return call("split_part", text, separator, index);
  }

  /** {@return the first characters} */
  public static Expr left(Expr text, Expr count) {
    return call("left", text, count);
  }

  /** {@return the last characters} */
  public static Expr right(Expr text, Expr count) {
    return call("right", text, count);
  }

  /** {@return the text with its first match of a regular expression replaced} */
  public static Expr regexpReplace(Expr text, Expr pattern, Expr by) {
    return call("regexp_replace", text, pattern, by);
  }

  /** {@return the MD5 digest in hexadecimal} */
  public static Expr md5(Expr expr) {
    return call("md5", expr);
  }

  /** {@return the SHA-256 digest} */
  public static Expr sha256(Expr expr) {
    return call("sha256", expr);
  }

  /** {@return the time at which the query began} */
  public static Expr now() {
    return call("now");
  }

  /** {@return the time down to a part of it: 'day', 'hour'} */
  public static Expr dateTrunc(Expr part, Expr time) {
    return call("date_trunc", part, time);
  }

  /** {@return a part of the time as a number: 'year', 'dow'} */
  public static Expr datePart(Expr part, Expr time) {
    return call("date_part", part, time);
  }

  /** {@return the value as a time} */
  public static Expr toTimestamp(Expr expr) {
    return call("to_timestamp", expr);
  }

  /** {@return the value as a date} */
  public static Expr toDate(Expr expr) {
    return call("to_date", expr);
  }

  /** {@return null where the two are equal, else the first} */
  public static Expr nullif(Expr expr, Expr other) {
    return call("nullif", expr, other);
  }

  /** {@return the first, or the other where that is null} */
  public static Expr nvl(Expr expr, Expr other) {
    return call("nvl", expr, other);
  }

  /** {@return a structure of names and values in turn} */
  public static Expr namedStruct(Expr... values) {
    return call("named_struct", values);
  }

  /** {@return the first value that is not null} */
  public static Expr coalesce(Expr... values) {
    return call("coalesce", values);
  }

  /** {@return the largest of the values} */
  public static Expr greatest(Expr... values) {
    return call("greatest", values);
  }

  /** {@return the smallest of the values} */
  public static Expr least(Expr... values) {
    return call("least", values);
  }

  /** {@return the texts one after the other; null is no text} */
  public static Expr concat(Expr... values) {
    return call("concat", values);
  }

  /** {@return a list of the values} */
  public static Expr makeArray(Expr... values) {
    return call("make_array", values);
  }

  /** {@return the number of elements} */
  public static Expr arrayLength(Expr list) {
    return call("array_length", list);
  }

  /** {@return whether the list has an element} */
  public static Expr arrayHas(Expr list, Expr element) {
    return call("array_has", list, element);
  }
}
