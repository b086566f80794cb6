package io.vpccni.sim.kubernetes.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.json.JsonObject;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SelectionTest {
  private static final JsonObject POD =
      new JsonObject(
          """
          {"metadata":{"name":"a","namespace":"n","labels":{"app":"web","tier":""}},
           "spec":{"nodeName":"node-1"},"status":{"phase":"Running"}}""");

  @ParameterizedTest(name = "{0} {1}: {2}")
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      textBlock =
          """
          # labels               | fields                                        | matches
          app=web                |                                               | true
          app==web,tier=         |                                               | true
          app!=web               |                                               | false
          absent!=x              |                                               | true
          app in (a, web)        |                                               | true
          app notin (a,web)      |                                               | false
          absent notin (a)       |                                               | true
          app                    |                                               | true
          absent                 |                                               | false
          !absent,app in (web),tier |                                            | true
                                 | spec.nodeName=node-1                          | true
                                 | spec.nodeName=node-2                          | false
                                 | spec.nodeName==node-1,status.phase!=Failed    | true
                                 | metadata.name=a,metadata.namespace=n          | true
                                 | status.podIP=                                 | true
          """)
  void selectsByLabelsAndFields(String labels, String fields, boolean matches) {
    var selection =
        Selection.of(
            ResourceTypes.PODS, "", labels == null ? "" : labels, fields == null ? "" : fields);
    assertThat(selection.matches(POD)).isEqualTo(matches);
  }

  @ParameterizedTest
  @CsvSource({"spec.containers=a", "nothing", "=x"})
  void aFieldThatTheServerDoesNotSelectByIsRefused(String fields) {
    assertThatThrownBy(() -> Selection.of(ResourceTypes.PODS, "", "", fields))
        .isInstanceOfSatisfying(ApiFailure.class, e -> assertThat(e.code()).isEqualTo(400));
  }

  @ParameterizedTest
  @CsvSource({"app in web", "'a b'", "'a=b c'"})
  void aMalformedLabelSelectorIsRefused(String labels) {
    assertThatThrownBy(() -> Selection.of(ResourceTypes.PODS, "", labels, ""))
        .isInstanceOfSatisfying(ApiFailure.class, e -> assertThat(e.code()).isEqualTo(400));
  }
}
