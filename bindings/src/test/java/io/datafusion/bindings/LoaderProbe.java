package io.datafusion.bindings;

import java.io.File;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.reflect.InvocationTargetException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An application that does as its arguments say, one step a line: what came of it, or the error.
 */
public final class LoaderProbe {
  private static final List<ClassLoader> LOADERS = new ArrayList<>();

  private LoaderProbe() {}

  /** Each argument is a step, {@code name} or {@code name=operand}. */
  public static void main(String[] steps) {
    for (String step : steps) {
      int equals = step.indexOf('=');
      String name = equals < 0 ? step : step.substring(0, equals);
      String operand = step.substring(equals + 1);
      try {
        System.out.println(run(name, operand));
      } catch (InvocationTargetException e) {
        System.out.println(shown(e.getCause()));
      } catch (Throwable e) {
        System.out.println(shown(e));
      }
    }
  }

  private static String shown(Throwable e) {
    return e.getClass().getSimpleName() + ": " + e.getMessage();
  }

  private static String run(String name, String operand) throws Exception {
    return switch (name) {
      case "load" -> {
        NativeLibrary.load();
        yield NativeLibrary.origin();
      }
      case "interrupt" -> {
        Thread.currentThread().interrupt();
        yield "interrupted";
      }
      case "call" -> String.valueOf(datafusion_c_h.df_error_code(MemorySegment.NULL));
      case "constant" -> String.valueOf(datafusion_c_h.DF_ERROR_PLAN());
      case "find" -> String.valueOf(NativeLibrary.lookup().find(operand).isPresent());
      case "use" -> {
        NativeLibrary.use(SymbolLookup.loaderLookup());
        yield "used";
      }
      case "use-nothing" -> {
        NativeLibrary.use(_ -> Optional.empty());
        yield "used";
      }
      case "use-fake" -> {
        NativeLibrary.use(_ -> Optional.of(MemorySegment.ofAddress(1)));
        yield "used";
      }
      case "application-loads-library" -> {
        System.loadLibrary(operand);
        yield "loaded";
      }
      case "application-loads" -> {
        System.load(operand);
        yield "loaded";
      }
      case "set-path" -> {
        System.setProperty("io.datafusion.library.path", operand);
        yield "set";
      }
      default -> runInLoader(name, operand);
    };
  }

  private static String runInLoader(String name, String operand) throws Exception {
    return switch (name) {
      case "new-loader" -> {
        LOADERS.add(newLoader());
        yield "loader " + (LOADERS.size() - 1);
      }
      case "loader-loads" -> inLoader(operand, "origin", new Class<?>[0]).toString();
      case "loader-uses" -> {
        // The symbols of this class's loader, handed to the bindings of the other one.
        Class<?>[] types = {SymbolLookup.class};
        inLoader(operand, "use", types, SymbolLookup.loaderLookup());
        yield "used";
      }
      case "loader-calls" -> {
        Class<?> header = type(operand, "datafusion_c_h");
        var call = header.getMethod("df_error_code", MemorySegment.class);
        yield call.invoke(null, MemorySegment.NULL).toString();
      }
      case "loader-address" -> {
        var lookup = (SymbolLookup) inLoader(operand, "lookup", new Class<?>[0]);
        yield String.valueOf(lookup.findOrThrow("df_error_code").address());
      }
      default -> throw new IllegalArgumentException(name);
    };
  }

  /** Sees the same class path, but shares no class with the application. */
  private static ClassLoader newLoader() throws MalformedURLException {
    List<URL> urls = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
      urls.add(Path.of(entry).toUri().toURL());
    }
    return new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
  }

  private static Class<?> type(String loader, String name) throws ClassNotFoundException {
    return Class.forName(
        "io.datafusion.bindings." + name, true, LOADERS.get(Integer.parseInt(loader)));
  }

  private static Object inLoader(
      String loader, String method, Class<?>[] types, Object... arguments)
      throws ReflectiveOperationException {
    Object result = type(loader, "NativeLibrary").getMethod(method, types).invoke(null, arguments);
    return result == null ? "" : result;
  }
}
