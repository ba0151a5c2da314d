package user;

import io.datafusion.SessionContext;
import io.datafusion.capsule.Capsule;

/** Calls a function of another library that panics, which ends the process. */
final class PanickingCapsule {
  private PanickingCapsule() {}

  public static void main(String[] arguments) {
    SessionContext ctx = SessionContext.create();
    try (Capsule panics = Extension.FIRST.capsule(Extension.Fixture.PANICS, ctx)) {
      ctx.register(panics);
    }
    System.out.println("registered");
    ctx.sql("SELECT panics(value) AS n FROM range(0, 3)").count();
    System.out.println(ctx.sql("SELECT panics(value) AS n FROM range(0, 3)").toText(3));
    System.out.println("survived");
  }
}
