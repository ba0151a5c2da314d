package crossing;

import static org.assertj.core.api.Assertions.assertThat;

import io.datafusion.Expr;
import io.datafusion.Functions;
import io.datafusion.SessionContext;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a user sees of a library that is not there, and of one that nobody has asked for before. */
class LibraryTest {
  private static List<String> lines(List<String> flags, String door) throws IOException {
    var arguments =
        new ArrayList<>(
            List.of(
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path")));
    arguments.addAll(flags);
    arguments.addAll(List.of(Main.class.getName(), door));
    ChildJvm.Outcome outcome = ChildJvm.finish(ChildJvm.java(arguments));
    assertThat(outcome.status()).as(outcome.output()).isZero();
    return outcome.output().lines().filter(line -> !line.startsWith("SLF4J")).toList();
  }

  /** A failed load says why each time, and is no error in a class initialiser. */
  @Test
  void aMissingLibraryIsNamedEachTime() throws IOException {
    for (String door : List.of("session", "name", "bytes")) {
      List<String> lines = lines(List.of("-Dio.datafusion.library.path=/nowhere/at/all"), door);
      assertThat(lines).as(door).hasSize(2);
      assertThat(lines.get(0))
          .as(door)
          .startsWith("java.lang.UnsatisfiedLinkError")
          .contains("/nowhere/at/all")
          .isEqualTo(lines.get(1));
    }
  }

  /** Expressions need no session: their name and their bytes may be the first thing asked. */
  @Test
  void expressionsNeedNoSession() throws IOException {
    assertThat(lines(List.of(), "name")).containsOnly("abs(a)");
    assertThat(lines(List.of(), "bytes")).hasSize(2).doesNotContain("0");
  }

  /** Goes through a door twice. */
  static final class Main {
    private Main() {}

    public static void main(String[] args) {
      for (int i = 0; i < 2; i++) {
        try {
          System.out.println(enter(args[0]));
        } catch (Throwable e) {
          System.out.println(e.toString().replace('\n', ' '));
        }
      }
    }

    private static String enter(String door) {
      Expr expr = Functions.abs(Expr.col("a"));
      switch (door) {
        case "session" -> {
          try (SessionContext session = SessionContext.create()) {
            return "rows: " + session.sql("SELECT 1").count();
          }
        }
        case "name" -> {
          return expr.canonicalName();
        }
        default -> {
          return "" + expr.toBytes().length;
        }
      }
    }
  }
}
