package io.vpccni.charts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vpccni.charts.PageCommand.Place;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What the pages for platform teams tell their reader to type works: charts are rendered with the
 * page's own values, and every other command is given to its program as far as that is possible
 * without a cluster, a node or an AWS account.
 */
class PageCommandsTest {
  /** These can only be run elsewhere, and their programs are not on this machine. */
  private static final List<String> OF_OTHERS = List.of("aws", "skopeo", "ip", "iptables", "curl");

  @TempDir Path folder;

  static Stream<OperatorPage> pages() throws IOException {
    return OperatorPage.all().stream();
  }

  static Stream<PageCommand> commands() throws IOException {
    return OperatorPage.all().stream().flatMap(page -> page.commands().stream());
  }

  @ParameterizedTest
  @MethodSource("commands")
  void theCommandIsUnderstood(PageCommand command) throws Exception {
    switch (command.program()) {
      case "helm" -> HelmCommand.check(command);
      case "make" -> MakeCommand.check(command);
      case "kubectl" -> KubectlCommand.check(command);
      case "vpc-cni" -> VpcCniCommand.check(command);
      default -> {
        assertThat(command.program()).isIn(OF_OTHERS);
        assertThat(command.place()).isNotEqualTo(Place.HERE);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("pages")
  void eachChartIsRenderedWithTheValuesOfThePage(OperatorPage page) throws IOException {
    for (var command : page.commands()) {
      if (command.program().equals("helm") && HelmCommand.installs(command)) {
        assertThat(HelmCommand.render(page, command, folder))
            .as(command.toString())
            .isNotEmpty()
            .allSatisfy(objects -> assertThat(objects.all()).isNotEmpty());
      }
    }
  }

  /** A block of values that no command uses would not be checked. */
  @ParameterizedTest
  @MethodSource("pages")
  void eachFileOfThePageIsUsed(OperatorPage page) {
    var used =
        page.commands().stream().flatMap(command -> command.valuesOf("--values").stream()).toList();
    assertThat(used).containsAll(page.files().keySet());
  }

  @Test
  void eachPageOfTheDocumentationNamesItsReaderInTheFirstLine() throws IOException {
    for (var page : OperatorPage.all()) {
      if (page.name().startsWith("docs/")) {
        assertThat(page.firstLine()).as(page.name()).startsWith("For ");
      }
    }
  }

  /** This shows that the checks are able to find something. */
  @Test
  void whatDoesNotExistIsFound() {
    for (var wrong :
        List.of(
            "helm upgrade --instal aws-vpc-cni charts/aws-vpc-cni",
            "helm upgrade aws-vpc-cni charts/no-such-chart",
            "make no-such-target",
            "kubectl get pods --no-such-option",
            "kubectl no-such-verb pods",
            "vpc-cni status --no-such-option",
            "vpc-cni no-such-command",
            "frobnicate")) {
      var command = PageCommand.parse("a page", Place.HERE, wrong);
      assertThatThrownBy(() -> theCommandIsUnderstood(command))
          .as(wrong)
          .isInstanceOf(AssertionError.class);
    }
  }
}
