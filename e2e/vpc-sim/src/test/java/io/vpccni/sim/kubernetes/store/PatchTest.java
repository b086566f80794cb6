package io.vpccni.sim.kubernetes.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PatchTest {
  private static final String MERGE = "application/merge-patch+json";
  private static final String STRATEGIC = "application/strategic-merge-patch+json";
  private static final String OPERATIONS = "application/json-patch+json";

  private static JsonObject patched(String type, String object, String patch) {
    return Patch.parse(type, patch, ResourceTypes.PODS).apply(new JsonObject(object));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # the rule                          | object              | patch                       | result
          a list is replaced                  | {"a":[1,2]}         | {"a":[3]}                   | {"a":[3]}
          null removes a member               | {"a":1,"b":2}       | {"a":null}                  | {"b":2}
          objects are merged                  | {"a":{"b":1,"c":2}} | {"a":{"c":3}}               | {"a":{"b":1,"c":3}}
          nulls in a new object are no values | {}                  | {"a":{"b":null,"c":1}}      | {"a":{"c":1}}
          an object replaces a plain value    | {"a":1}             | {"a":{"b":2}}               | {"a":{"b":2}}
          a list of objects is replaced too   | {"containers":[{"name":"a"}]} | {"containers":[{"name":"b"}]} | {"containers":[{"name":"b"}]}
          """)
  void aMergePatchReplacesWhatIsNoObject(String rule, String object, String patch, String result) {
    assertThat(patched(MERGE, object, patch)).isEqualTo(new JsonObject(result));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # the rule                | object                         | patch                                   | result
          items are merged by key   | {"containers":[{"name":"a","image":"x"},{"name":"b"}]} | {"containers":[{"name":"a","image":"y"}]} | {"containers":[{"name":"a","image":"y"},{"name":"b"}]}
          a new key is a new item   | {"conditions":[{"type":"Ready"}]} | {"conditions":[{"type":"Disk","status":"False"}]} | {"conditions":[{"type":"Ready"},{"type":"Disk","status":"False"}]}
          an item is deleted        | {"env":[{"name":"a"},{"name":"b"}]} | {"env":[{"$patch":"delete","name":"a"}]} | {"env":[{"name":"b"}]}
          a list is replaced        | {"env":[{"name":"a"},{"name":"b"}]} | {"env":[{"$patch":"replace"},{"name":"c"}]} | {"env":[{"name":"c"}]}
          an object is replaced     | {"a":{"b":1}}                  | {"a":{"$patch":"replace","c":2}}        | {"a":{"c":2}}
          an object is deleted      | {"a":{"b":1}}                  | {"a":{"$patch":"delete"}}               | {}
          only some keys are kept   | {"s":{"a":1,"b":2}}            | {"s":{"$retainKeys":["b","c"],"c":3}}   | {"s":{"b":2,"c":3}}
          finalizers are a set      | {"finalizers":["a","b"]}       | {"finalizers":["b","c"]}                | {"finalizers":["a","b","c"]}
          one leaves a set          | {"finalizers":["a","b"]}       | {"$deleteFromPrimitiveList/finalizers":["a"]} | {"finalizers":["b"]}
          items are ordered         | {"env":[{"name":"a"},{"name":"b"}]} | {"$setElementOrder/env":[{"name":"c"},{"name":"a"},{"name":"b"}],"env":[{"name":"c"}]} | {"env":[{"name":"c"},{"name":"a"},{"name":"b"}]}
          ports of a container      | {"ports":[{"containerPort":1}]} | {"ports":[{"containerPort":2}]}        | {"ports":[{"containerPort":1},{"containerPort":2}]}
          ports of a service        | {"ports":[{"port":1,"name":"x"}]} | {"ports":[{"port":1,"name":"y"}]}    | {"ports":[{"port":1,"name":"y"}]}
          taints have no merge key  | {"taints":[{"key":"a"}]}       | {"taints":[{"key":"b"}]}                | {"taints":[{"key":"b"}]}
          a plain list is replaced  | {"args":["a"]}                 | {"args":["b"]}                          | {"args":["b"]}
          null removes a member     | {"a":1,"b":2}                  | {"a":null}                              | {"b":2}
          """)
  void aStrategicMergePatchMergesListsByTheirKey(
      String rule, String object, String patch, String result) {
    assertThat(patched(STRATEGIC, object, patch)).isEqualTo(new JsonObject(result));
  }

  @Test
  void anItemWithoutItsMergeKeyIsRefused() {
    assertThatThrownBy(
            () -> patched(STRATEGIC, "{}", "{\"env\":[{\"name\":\"a\"},{\"value\":\"no name\"}]}"))
        .isInstanceOfSatisfying(ApiFailure.class, e -> assertThat(e.code()).isEqualTo(400));
  }

  @Test
  void jsonPatchOperationsApplyInOrder() {
    assertThat(
            patched(
                OPERATIONS,
                "{\"a\":{\"x/y\":1},\"l\":[1,2]}",
                """
                [{"op":"test","path":"/a/x~1y","value":1},{"op":"add","path":"/l/-","value":3},
                 {"op":"remove","path":"/l/0"},{"op":"move","from":"/a/x~1y","path":"/b"},
                 {"op":"copy","from":"/b","path":"/c"},{"op":"replace","path":"/a","value":null}]"""))
        .isEqualTo(new JsonObject("{\"a\":null,\"l\":[2,3],\"b\":1,\"c\":1}"));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          422 | [{"op":"test","path":"/a","value":2}]
          422 | [{"op":"replace","path":"/missing/b","value":2}]
          422 | [{"op":"remove","path":"/missing"}]
          400 | {"a":1}
          400 | [
          """)
  void aJsonPatchThatDoesNotFitIsRefused(int code, String patch) {
    assertThatThrownBy(() -> patched(OPERATIONS, "{\"a\":1}", patch))
        .isInstanceOfSatisfying(ApiFailure.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  @ParameterizedTest
  @CsvSource({
    "application/apply-patch+yaml, pods",
    "application/json, pods",
    "application/strategic-merge-patch+json, eniconfigs"
  })
  void otherFormsAreRefused(String type, String plural) {
    var served =
        ResourceTypes.BUILT_IN.all().stream()
            .filter(one -> one.plural().equals(plural))
            .findFirst()
            .orElseThrow();
    assertThatThrownBy(() -> Patch.parse(type, "{}", served))
        .isInstanceOfSatisfying(ApiFailure.class, e -> assertThat(e.code()).isEqualTo(415));
  }
}
