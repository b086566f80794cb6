package io.vpccni.metricshelper.pods;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vpccni.metricshelper.totals.PodId;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PodPageTest {
  @Test
  void namesAndUidsAreReadAndTheTokenOfTheNextPage() {
    var page =
        parse(
            """
            {"kind":"PartialObjectMetadataList","metadata":{"continue":"t0k+en","resourceVersion":"7"},
             "items":[{"metadata":{"name":"aws-node-a","uid":"1"}},{"metadata":{"name":"aws-node-b","uid":"2"}}]}
            """);
    assertThat(page.pods())
        .containsExactly(new PodId("aws-node-a", "1"), new PodId("aws-node-b", "2"));
    assertThat(page.next()).isEqualTo("t0k+en");
  }

  @Test
  void theLastPageHasNoToken() {
    assertThat(parse("{\"metadata\":{},\"items\":[]}").next()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"kind\":\"Status\"}", "[]", "<html>", "{\"items\":[", ""})
  void anythingElseIsNoList(String answer) {
    assertThatThrownBy(() -> parse(answer))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("the API server's answer is no ");
  }

  private static PodPage parse(String json) {
    return PodPage.parse(json.getBytes(StandardCharsets.UTF_8));
  }
}
