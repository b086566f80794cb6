package io.vpccni.charts;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;

/** Lets kubectl parse a command; with {@code --help} it does no more than that. */
final class KubectlCommand {
  private static final String OF_NO_VERB = "kubectl controls the Kubernetes cluster manager";

  private KubectlCommand() {}

  static void check(PageCommand command) throws IOException, InterruptedException {
    var words = new ArrayList<>(command.words());
    words.add("--help");
    var process = new ProcessBuilder(words).redirectErrorStream(true).start();
    var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as("%s: %s", command, said).isZero();
    assertThat(said).as(command.toString()).doesNotStartWith(OF_NO_VERB);
  }
}
