package io.datafusion.bindings.generator;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Writes the FFM classes of a C header: {@code GenerateBindings <header> <output dir> [--check]}.
 *
 * <p>The output directory is a source root. With {@code --check} nothing is written; files that
 * differ from what would be written are named, and the exit code is 1. Files of an earlier run that
 * the header has no use for any more are removed, or named.
 */
public final class GenerateBindings {
  private static final String USAGE = "usage: GenerateBindings <header> <output dir> [--check]";

  private GenerateBindings() {}

  /** Exit codes: 0 done, 1 drift or a header that is not supported, 2 wrong arguments. */
  public static void main(String[] arguments) {
    List<String> operands = new ArrayList<>(List.of(arguments));
    boolean check = operands.remove("--check");
    if (operands.size() != 2 || operands.stream().anyMatch(operand -> operand.startsWith("--"))) {
      System.err.println(USAGE);
      System.exit(2);
    }
    try {
      System.exit(run(Path.of(operands.get(0)), Path.of(operands.get(1)), check) ? 0 : 1);
    } catch (UnsupportedHeaderException e) {
      System.err.println(e.getMessage());
    } catch (IOException e) {
      System.err.println("GenerateBindings: " + e);
    }
    System.exit(1);
  }

  /** {@return whether all is as the header says, in the end} */
  private static boolean run(Path header, Path output, boolean check) throws IOException {
    var source = new SourceText(header.getFileName().toString(), Files.readAllBytes(header));
    Target target = Target.of(source);
    List<GeneratedFile> files = Bindings.of(source, target);
    TreeSet<Path> stale = generatedFiles(output.resolve(target.packageName().replace('.', '/')));
    List<String> drifted = new ArrayList<>();
    for (GeneratedFile file : files) {
      Path path = output.resolve(file.path());
      stale.remove(path);
      if (!Files.exists(path) || !Files.readString(path).equals(file.text())) {
        drifted.add(path + " is not what " + header + " says");
        if (!check) {
          write(path, file.text());
        }
      }
    }
    for (Path path : stale) {
      drifted.add(path + " is not of " + header + " any more");
      if (!check) {
        Files.delete(path);
      }
    }
    if (check) {
      drifted.forEach(System.err::println);
    }
    return drifted.isEmpty() || !check;
  }

  private static void write(Path path, String text) throws IOException {
    if (Files.exists(path) && !Files.readString(path).startsWith(GeneratedFile.MARK)) {
      throw new IOException(path + " was written by hand and has the name of a generated class");
    }
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }

  private static TreeSet<Path> generatedFiles(Path folder) throws IOException {
    var generated = new TreeSet<Path>();
    if (Files.isDirectory(folder)) {
      try (Stream<Path> files = Files.list(folder)) {
        for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
          if (Files.readString(file).startsWith(GeneratedFile.MARK)) {
            generated.add(file);
          }
        }
      }
    }
    return generated;
  }
}
