package io.datafusion.bindings.generator;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/** All classes that a header becomes. */
final class Bindings {
  private Bindings() {}

  /** {@return the sources; the same header gives the same sources} */
  static List<GeneratedFile> of(SourceText source, Target target) {
    Header header = HeaderParser.parse(source);
    List<GeneratedFile> files = new ArrayList<>();
    files.add(new HeaderClassWriter(header, target).write());
    files.add(SharedClassWriter.write(header, target));
    files.add(HeaderHashWriter.write(header, target));
    var structs = new StructWriter(header, target);
    header.structs().forEach(struct -> files.add(structs.write(struct)));
    header
        .callbacks()
        .forEach(callback -> files.add(CallbackClassWriter.write(header, target, callback)));
    var paths = new HashSet<String>();
    for (GeneratedFile file : files) {
      if (!paths.add(file.path())) {
        throw new UnsupportedHeaderException(source, 1, "two classes would be " + file.path());
      }
    }
    return List.copyOf(files);
  }
}
