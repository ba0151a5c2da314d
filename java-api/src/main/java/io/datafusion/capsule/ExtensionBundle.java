package io.datafusion.capsule;

import io.datafusion.IllegalCapsuleException;
import io.datafusion.SessionContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * What a library brings to a session: {@link SessionContext#withExtensions} takes in all of it, or
 * none. An immutable value; its capsules have to be open when it is taken in.
 *
 * @param codecs codecs of either kind, behind each other
 * @param planners query planners and physical optimizer rules, in their order
 * @param functions scalar, aggregate and window functions
 * @param tables tables and table functions
 */
public record ExtensionBundle(
    List<Codec> codecs, List<Capsule> planners, List<Capsule> functions, List<Table> tables) {
  /** A codec, and the id that it is installed under. */
  public record Codec(Capsule capsule, String id) {
    /**
     * Checks the capsule's name.
     *
     * @throws IllegalCapsuleException for a capsule of something else
     */
    public Codec {
      check(capsule, Capsule.LOGICAL_EXTENSION_CODEC, Capsule.PHYSICAL_EXTENSION_CODEC);
      Objects.requireNonNull(id, "id");
    }
  }

  /** A table or a table function, and the name that it is registered under. */
  public record Table(String name, Capsule capsule) {
    /**
     * Checks the capsule's name.
     *
     * @throws IllegalCapsuleException for a capsule of something else
     */
    public Table {
      Objects.requireNonNull(name, "name");
      check(capsule, Capsule.TABLE_PROVIDER, Capsule.TABLE_FUNCTION);
    }
  }

  /**
   * Copies the lists, and checks the capsules' names.
   *
   * @throws IllegalCapsuleException for a capsule of something else
   */
  public ExtensionBundle {
    codecs = List.copyOf(codecs);
    planners = List.copyOf(planners);
    functions = List.copyOf(functions);
    tables = List.copyOf(tables);
    planners.forEach(p -> check(p, Capsule.QUERY_PLANNER, Capsule.PHYSICAL_OPTIMIZER_RULE));
    functions.forEach(f -> check(f, Capsule.SCALAR_UDF, Capsule.AGGREGATE_UDF, Capsule.WINDOW_UDF));
  }

  private static void check(Capsule capsule, String... names) {
    if (!List.of(names).contains(capsule.name())) {
      throw new IllegalCapsuleException(
          "a capsule '" + capsule.name() + "', where one of " + List.of(names) + " is needed",
          null);
    }
  }

  /** {@return a bundle with nothing in it} */
  public static ExtensionBundle of() {
    return new ExtensionBundle(List.of(), List.of(), List.of(), List.of());
  }

  /** {@return this with one more codec, for logical or physical plans by its name} */
  public ExtensionBundle withCodec(Capsule codec, String id) {
    return new ExtensionBundle(and(codecs, new Codec(codec, id)), planners, functions, tables);
  }

  /** {@return this with a query planner, or with one more physical optimizer rule} */
  public ExtensionBundle withPlanner(Capsule planner) {
    return new ExtensionBundle(codecs, and(planners, planner), functions, tables);
  }

  /** {@return this with one more scalar, aggregate or window function} */
  public ExtensionBundle withFunction(Capsule function) {
    return new ExtensionBundle(codecs, planners, and(functions, function), tables);
  }

  /** {@return this with one more table or table function} */
  public ExtensionBundle withTable(String name, Capsule table) {
    return new ExtensionBundle(codecs, planners, functions, and(tables, new Table(name, table)));
  }

  private static <T> List<T> and(List<T> list, T item) {
    var more = new ArrayList<T>(list);
    more.add(Objects.requireNonNull(item, "item"));
    return more;
  }
}
