package io.vpccni.rpc.link;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VethPrefixTest {
  @ParameterizedTest
  @ValueSource(strings = {"eni", "veth", "e", "a.b", "a-_1", "0abc"})
  void aPartOfALinkNameIsAPrefix(String prefix) {
    assertThat(VethPrefix.problem(prefix)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "eni12", "eth", "vlan", "lo"})
  void oneOfAnotherLengthOrOfOtherLinksIsNone(String prefix) {
    assertThat(VethPrefix.problem(prefix))
        .hasValue("must be 1 to 4 characters and not eth, vlan or lo");
  }

  /** The kernel numbers %d, iptables takes + and a shell * for any link, a blank ends a word. */
  @ParameterizedTest
  @ValueSource(
      strings = {"%d", "a*b", "x y", "a+", "a/b", ".a", "-i", "\u00e4", "a\n", "\"a\"", ":"})
  void whatOneOfItsReadersReadsOtherwiseIsNone(String prefix) {
    assertThat(VethPrefix.problem(prefix)).hasValue("is not an interface name");
  }
}
