package io.vpccni.metricshelper.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.metricshelper.config.CommandLine.Help;
import io.vpccni.metricshelper.config.CommandLine.Mistake;
import io.vpccni.metricshelper.config.CommandLine.Run;
import io.vpccni.metricshelper.config.CommandLine.ShowVersion;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CommandLineTest {
  @Test
  void withoutArgumentsTotalsGoToCloudWatch() {
    assertThat(parse()).isEqualTo(new Run(true, false, Optional.empty(), false));
  }

  @Test
  void theReferencesFlagsAreUnderstood() {
    assertThat(parse("--cloudwatch=false", "--prometheus metrics=true", "--kubeconfig", "/k"))
        .isEqualTo(new Run(false, true, Optional.of("/k"), false));
    assertThat(parse("-cloudwatch=F", "-prometheus", "-kubeconfig=/k"))
        .isEqualTo(new Run(false, true, Optional.of("/k"), false));
  }

  @Test
  void aDryRunHelpAndTheVersionCanBeAskedFor() {
    assertThat(parse("--dry-run")).isEqualTo(new Run(true, false, Optional.empty(), true));
    assertThat(parse("--dry-run=true")).isEqualTo(new Run(true, false, Optional.empty(), true));
    assertThat(parse("--dry-run=false")).isEqualTo(new Run(true, false, Optional.empty(), false));
    assertThat(parse("--dry-run=perhaps"))
        .isEqualTo(new Mistake("\"--dry-run=perhaps\" is neither true nor false"));
    assertThat(parse("--cloudwatch", "--help")).isEqualTo(new Help());
    assertThat(parse("--version")).isEqualTo(new ShowVersion());
  }

  @Test
  void whatIsNotUnderstoodIsSaid() {
    assertThat(parse("--cloudwatsh")).isEqualTo(new Mistake("unknown argument \"--cloudwatsh\""));
    assertThat(parse("serve")).isEqualTo(new Mistake("unknown argument \"serve\""));
    assertThat(parse("--cloudwatch=maybe"))
        .isEqualTo(new Mistake("\"--cloudwatch=maybe\" is neither true nor false"));
    assertThat(parse("--kubeconfig"))
        .isEqualTo(new Mistake("--kubeconfig needs the path of a file"));
  }

  private static CommandLine parse(String... arguments) {
    return CommandLine.parse(List.of(arguments));
  }
}
