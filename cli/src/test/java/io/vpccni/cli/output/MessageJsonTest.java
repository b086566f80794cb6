package io.vpccni.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import io.vertx.core.json.JsonArray;
import io.vpccni.rpc.wire.introspection.Allocation;
import io.vpccni.rpc.wire.introspection.CardPool;
import io.vpccni.rpc.wire.introspection.PoolSnapshot;
import org.junit.jupiter.api.Test;

class MessageJsonTest {
  @Test
  void namesAreThoseOfProtobufAndDefaultsAreThere() {
    var json = MessageJson.of(Allocation.newBuilder().setHostVeth("eni1").build());
    assertThat(json.getString("hostVeth")).isEqualTo("eni1");
    assertThat(json.getString("podName")).isEmpty();
    assertThat(json.getLong("routeTable")).isZero();
    assertThat(json.containsKey("assignedAt")).isFalse();
  }

  @Test
  void timesAreTextAndCountsArePositive() {
    var json =
        MessageJson.of(
            PoolSnapshot.newBuilder()
                .setAt(Timestamp.newBuilder().setSeconds(1))
                .addCards(CardPool.newBuilder().setFree(-1))
                .build());
    assertThat(json.getString("at")).isEqualTo("1970-01-01T00:00:01Z");
    assertThat(json.getJsonArray("cards").getJsonObject(0).getLong("free"))
        .isEqualTo(4_294_967_295L);
    assertThat(json.getJsonArray("conditions")).isEqualTo(new JsonArray());
  }
}
