package io.vpccni.e2e.repository;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * The page that leads from a symptom to its cure knows every condition, and quotes texts that the
 * programs really print.
 */
class TroubleshootingPageTest {
  private static final Path ROOT = Path.of("../..");
  private static final Path PAGE = ROOT.resolve("docs/troubleshooting.md");
  private static final Pattern SPAN = Pattern.compile("`([^`]+)`");

  @Test
  void eachConditionHasARowAndNoRowIsOfAConditionThatIsGone() throws IOException {
    var raised = ConditionNames.in(Sources.main(ROOT));
    assertThat(raised).hasSizeGreaterThan(30).contains("Ec2Unreachable", "SubnetExhausted");
    assertThat(new TreeSet<>(firstCells("| condition |"))).isEqualTo(raised);
  }

  /** Those of the pool have theirs in a switch, so that the compiler looks after them. */
  @Test
  void theAgentKnowsANextStepForEachCondition() throws IOException {
    var table = ROOT.resolve("ipamd-verticles/src/main/java/io/vpccni/ipamd/grpc/NextSteps.java");
    var others = ConditionNames.in(Sources.main(ROOT));
    others.removeAll(ConditionNames.ofThePool(Sources.main(ROOT)));
    assertThat(others).hasSizeGreaterThan(15);
    var known = Files.readString(table);
    assertThat(others).filteredOn(name -> !known.contains("\"" + name + "\"")).isEmpty();
  }

  @Test
  void eachQuotedTextIsOneThatAProgramPrints() throws IOException {
    var printed = PrintedTexts.of(ROOT);
    var quoted = new ArrayList<String>();
    quoted.addAll(firstCells("| the event says |"));
    quoted.addAll(firstCells("| you see |"));
    quoted.addAll(firstCells("| the event or the log says |"));
    assertThat(quoted).hasSizeGreaterThan(20);
    assertThat(quoted).filteredOn(text -> !printed.contain(text)).isEmpty();
  }

  /** Returns the code spans in the first cells of all rows of the table with this head. */
  private static List<String> firstCells(String head) throws IOException {
    var found = new ArrayList<String>();
    boolean within = false;
    for (var line : Page.read(PAGE).lines()) {
      if (line.startsWith(head)) {
        within = true;
      } else if (!line.startsWith("|")) {
        within = false;
      } else if (within) {
        SPAN.matcher(line.split("\\|", 3)[1]).results().forEach(span -> found.add(span.group(1)));
      }
    }
    return found;
  }
}
