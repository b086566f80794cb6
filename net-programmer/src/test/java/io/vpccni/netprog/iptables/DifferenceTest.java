package io.vpccni.netprog.iptables;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.netprog.iptables.DesiredChain.Own;
import io.vpccni.netprog.iptables.DesiredChain.Place;
import io.vpccni.netprog.iptables.DesiredChain.Shared;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DifferenceTest {
  @Test
  void aRuleThatIsRightIsNotTouched() {
    var present = nat(":OUR-0 - [0:0]", "-A OUR-0 -j b", "-A OUR-0 -j stale", "-A OUR-0 -j c");
    assertThat(difference(present, own("a", "b", "c")))
        .isEqualTo("*nat\n-D OUR-0 2\n-I OUR-0 1 -j a\nCOMMIT\n");
  }

  @Test
  void aMissingChainIsMadeBeforeAnythingJumpsToIt() {
    assertThat(difference(nat(":POSTROUTING ACCEPT [0:0]"), own("a"), tail("OUR-0")))
        .isEqualTo("*nat\n:OUR-0 - [0:0]\n-I OUR-0 1 -j a\n-A POSTROUTING -j OUR-0\nCOMMIT\n");
  }

  @Test
  void aChainOfOursThatIsNotDesiredGoesAfterAllThatReferredToIt() {
    var present =
        nat(
            ":OUR-0 - [0:0]",
            ":OUR-1 - [0:0]",
            ":OTHER - [0:0]",
            "-A OUR-0 -j OUR-1",
            "-A POSTROUTING -j OUR-1");
    var planned = planned(present, own(), tail());
    assertThat(planned.text()).isEqualTo("*nat\n-D OUR-0 1\n-D POSTROUTING -j OUR-1\nCOMMIT\n");
    assertThat(planned.cleanup()).isEqualTo("*nat\n-F OUR-1\n-X OUR-1\nCOMMIT\n");
    assertThat(planned.complaints()).isEmpty();
  }

  @Test
  void aStaleChainThatOthersReferToStaysWithAllThatItRefersTo() {
    var present =
        nat(
            ":OUR-1 - [0:0]",
            ":OUR-2 - [0:0]",
            ":OUR-3 - [0:0]",
            ":OTHER - [0:0]",
            "-A OUR-1 -j OUR-2",
            "-A OUR-3 -j OUR-2",
            "-A OTHER -g OUR-1");
    var planned = planned(present, own("a"), tail());
    assertThat(planned.text()).isEqualTo("*nat\n:OUR-0 - [0:0]\n-I OUR-0 1 -j a\nCOMMIT\n");
    assertThat(planned.cleanup()).isEqualTo("*nat\n-F OUR-3\n-X OUR-3\nCOMMIT\n");
    assertThat(planned.complaints())
        .hasSize(2)
        .first()
        .asString()
        .contains("chain OUR-1 of table nat", "chain OTHER");
  }

  @Test
  void inASharedChainTheRulesOfOthersStayWhereTheyAre() {
    var present =
        nat("-A POSTROUTING -j kube", "-A POSTROUTING -j OUR-x", "-A POSTROUTING -j other");
    assertThat(difference(present, tail("OUR-0")))
        .isEqualTo("*nat\n-D POSTROUTING -j OUR-x\n-A POSTROUTING -j OUR-0\nCOMMIT\n");
  }

  @Test
  void whatFollowsAMissingRuleInASharedChainMovesBehindIt() {
    var present = nat("-A POSTROUTING -j OUR-1", "-A POSTROUTING -j OUR-3");
    assertThat(difference(present, tail("OUR-1", "OUR-2", "OUR-3")))
        .isEqualTo(
            "*nat\n-D POSTROUTING -j OUR-3\n-A POSTROUTING -j OUR-2\n-A POSTROUTING -j OUR-3\nCOMMIT\n");
  }

  @Test
  void aDuplicateInASharedChainGoes() {
    var present = nat("-A POSTROUTING -j OUR-0", "-A POSTROUTING -j OUR-0");
    assertThat(difference(present, tail("OUR-0")))
        .isEqualTo("*nat\n-D POSTROUTING -j OUR-0\nCOMMIT\n");
  }

  @Test
  void theLinesTurnAnyChainIntoAnyOther() {
    var random = new Random(7);
    for (int i = 0; i < 500; i++) {
      var there = random.ints(random.nextInt(7), 0, 5).mapToObj(Integer::toString).toList();
      var desired = random.ints(random.nextInt(7), 0, 5).mapToObj(Integer::toString).toList();
      var lines =
          Stream.concat(Stream.of(":OUR-0 - [0:0]"), there.stream().map(r -> "-A OUR-0 -j " + r));
      var text = difference(nat(lines.toArray(String[]::new)), own(desired.toArray(String[]::new)));
      assertThat(carriedOut(there, text))
          .as("%s to %s by %s", there, desired, text)
          .isEqualTo(desired);
    }
  }

  private static List<String> carriedOut(List<String> there, String text) {
    var rules = new java.util.ArrayList<>(there);
    text.lines()
        .forEach(
            line -> {
              var words = Rule.split(line);
              if (words.getFirst().equals("-D")) {
                rules.remove(Integer.parseInt(words.get(2)) - 1);
              } else if (words.getFirst().equals("-I")) {
                rules.add(Integer.parseInt(words.get(2)) - 1, words.getLast());
              }
            });
    return rules;
  }

  @Test
  void wordsInQuotesAreOneWordAndReadBack() {
    var rule = Rule.parse("-m comment --comment \"name: \\\"aws-cni\\\" id: \\\"x\\\"\" -j A");
    assertThat(rule.words())
        .containsExactly("-m", "comment", "--comment", "name: \"aws-cni\" id: \"x\"", "-j", "A");
    assertThat(Rule.parse(rule.toString())).isEqualTo(rule);
  }

  private static Tables nat(String... lines) {
    return Tables.parse("*nat\n" + String.join("\n", lines) + "\nCOMMIT\n");
  }

  private static DesiredChain own(String... targets) {
    return new Own("OUR-0", rules(targets));
  }

  private static DesiredChain tail(String... targets) {
    return new Shared(
        "POSTROUTING", Place.TAIL, rules(targets), rule -> rule.target().startsWith("OUR-"));
  }

  private static List<Rule> rules(String... targets) {
    return Stream.of(targets).map(target -> Rule.parse("-j " + target)).toList();
  }

  private static String difference(Tables present, DesiredChain... chains) {
    return planned(present, chains).text();
  }

  private static Difference planned(Tables present, DesiredChain... chains) {
    return Difference.between(
        present,
        List.of(new DesiredTable("nat", List.of(chains), name -> name.startsWith("OUR-"))));
  }
}
