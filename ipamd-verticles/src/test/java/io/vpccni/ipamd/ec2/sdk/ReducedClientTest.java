package io.vpccni.ipamd.ec2.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.ipamd.ec2.api.Ec2Operation;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.ec2.Ec2AsyncClient;

/** The client that is shipped can call what the agent and the metrics helper call, and no more. */
class ReducedClientTest {
  private static final String OF_THE_METRICS_HELPER = "DescribeTags";

  @Test
  void itHasTheOperationsThatAreCalled() {
    Set<String> methods =
        Arrays.stream(Ec2AsyncClient.class.getMethods())
            .filter(method -> method.getReturnType() == CompletableFuture.class)
            .map(Method::getName)
            .collect(Collectors.toSet());
    assertThat(methods)
        .as("ec2-client/src/main/operations.txt names what io.vpccni.ec2client keeps")
        .containsExactlyInAnyOrderElementsOf(
            Stream.concat(
                    Arrays.stream(Ec2Operation.values()).map(Ec2Operation::text),
                    Stream.of(OF_THE_METRICS_HELPER))
                .map(name -> name.substring(0, 1).toLowerCase(Locale.ROOT) + name.substring(1))
                .toList());
  }
}
