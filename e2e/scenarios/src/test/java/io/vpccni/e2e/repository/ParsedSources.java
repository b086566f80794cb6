package io.vpccni.e2e.repository;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** Holds Java sources as the compiler parses them, without looking up what a name means. */
record ParsedSources(List<CompilationUnitTree> units, Trees trees) {
  ParsedSources {
    units = List.copyOf(units);
  }

  static ParsedSources in(Collection<Path> files) throws IOException {
    var compiler = ToolProvider.getSystemJavaCompiler();
    try (var manager = compiler.getStandardFileManager(null, null, null)) {
      return of(manager.getJavaFileObjectsFromPaths(files));
    }
  }

  static ParsedSources of(String source) {
    return of(
        List.of(
            new SimpleJavaFileObject(
                URI.create("string:///Some.java"), JavaFileObject.Kind.SOURCE) {
              @Override
              public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                return source;
              }
            }));
  }

  private static ParsedSources of(Iterable<? extends JavaFileObject> sources) {
    var task =
        (JavacTask)
            ToolProvider.getSystemJavaCompiler()
                .getTask(null, null, _ -> {}, List.of("-proc:none"), null, sources);
    var units = new ArrayList<CompilationUnitTree>();
    try {
      task.parse().forEach(units::add);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
    return new ParsedSources(units, Trees.instance(task));
  }

  /** Returns file and line of what stands in a source. */
  String place(CompilationUnitTree unit, Tree node) {
    long at = trees.getSourcePositions().getStartPosition(unit, node);
    return unit.getSourceFile().getName() + ":" + unit.getLineMap().getLineNumber(at);
  }
}
