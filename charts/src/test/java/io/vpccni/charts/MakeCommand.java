package io.vpccni.charts;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;

/** Lets make say what it would do. */
final class MakeCommand {
  private MakeCommand() {}

  static void check(PageCommand command) throws IOException, InterruptedException {
    var words = new ArrayList<>(command.words());
    words.add(1, "--dry-run");
    var builder = new ProcessBuilder(words).directory(Path.of("..").toFile());
    // These tests may themselves run below make.
    builder
        .environment()
        .keySet()
        .removeIf(name -> name.startsWith("MAKE") || name.equals("MFLAGS"));
    var process = builder.redirectErrorStream(true).start();
    var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as("%s: %s", command, said).isZero();
  }
}
