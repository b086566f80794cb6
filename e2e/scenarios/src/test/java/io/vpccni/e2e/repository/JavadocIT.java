package io.vpccni.e2e.repository;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checks that the pages that javadoc makes of all modules are complete, private parts included. */
class JavadocIT {
  private static final Path ROOT = Path.of("../..");

  /** These modules have a distribution each; together they have every library that is needed. */
  private static final List<String> MODULES =
      List.of(
          "ipamd-verticles",
          "net-programmer",
          "metrics-helper",
          "cli",
          "images",
          "e2e/vpc-sim",
          "e2e/scenarios");

  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path folder;

  @Test
  void javadocOfAllModulesWarnsOfNothing() throws IOException {
    var sources = Sources.main(ROOT);
    assertThat(sources).as("sources that were found").hasSizeGreaterThan(500);
    assertThat(warnings(sources)).isEmpty();
    assertThat(folder.resolve("pages/index.html")).exists();
  }

  @Test
  void aReferenceThatLeadsNowhereIsFound() throws IOException {
    var source = folder.resolve("Planted.java");
    Files.writeString(source, "/** See {@link Nowhere}. */ class Planted {}");
    assertThat(warnings(List.of(source))).contains("reference not found");
  }

  /** Runs javadoc and returns what it prints, which is nothing if all is well. */
  private String warnings(Collection<Path> sources) throws IOException {
    var arguments = new ArrayList<String>();
    arguments.addAll(List.of("-quiet", "-private", "-Xdoclint:all,-missing", "-Werror"));
    arguments.addAll(List.of("-encoding", "UTF-8", "-notimestamp"));
    arguments.addAll(List.of("-d", folder.resolve("pages").toString()));
    arguments.addAll(List.of("-classpath", libraries()));
    sources.forEach(source -> arguments.add(source.toString()));
    var printed = new StringWriter();
    var printer = new PrintWriter(printed);
    int exitCode =
        ToolProvider.findFirst("javadoc")
            .orElseThrow()
            .run(printer, printer, arguments.toArray(String[]::new));
    printer.flush();
    assertThat(exitCode == 0).as("exit code %d", exitCode).isEqualTo(printed.toString().isEmpty());
    return printed.toString();
  }

  /** Our own jars are among them, because they have the classes that were generated. */
  private static String libraries() throws IOException {
    var jars = new ArrayList<Path>();
    for (var module : MODULES) {
      try (Stream<Path> files = Files.list(ROOT.resolve(module).resolve("target/dist/lib"))) {
        files.filter(file -> file.toString().endsWith(".jar")).forEach(jars::add);
      }
    }
    return jars.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
  }
}
