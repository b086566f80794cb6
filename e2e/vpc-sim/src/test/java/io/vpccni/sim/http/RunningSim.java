package io.vpccni.sim.http;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vpccni.sim.VpcSim;
import io.vpccni.sim.cloud.Cloud;
import io.vpccni.sim.cloud.CloudSettings;
import io.vpccni.sim.cloud.EffectListener;
import io.vpccni.sim.ec2.KnownTypes;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.services.ec2.Ec2AsyncClient;

/**
 * A simulator on loopback, and AWS's own client, which tries each call once. Its Vert.x is its own,
 * since tests make it and close it as one thing.
 */
final class RunningSim implements AutoCloseable {
  private static final Duration DEADLINE = Duration.ofSeconds(20);

  private final Vertx vertx = Vertx.vertx();
  final Cloud cloud;
  final VpcSim sim;
  private @Nullable Ec2AsyncClient ec2;

  RunningSim(CloudSettings settings) {
    cloud = new Cloud(settings, new KnownTypes());
    sim = await(VpcSim.start(vertx, cloud, EffectListener.NONE));
  }

  /** The client, which is made when first used, since closing one takes two seconds. */
  private Ec2AsyncClient client() {
    var made = ec2 == null ? client(sim) : ec2;
    ec2 = made;
    return made;
  }

  private static Ec2AsyncClient client(VpcSim sim) {
    return Ec2AsyncClient.builder()
        .endpointOverride(sim.endpoints().ec2())
        .region(Region.US_WEST_2)
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create("AKIATEST", "secret")))
        .overrideConfiguration(config -> config.retryStrategy(DefaultRetryStrategy.doNotRetry()))
        .build();
  }

  static <T> T await(Future<T> future) {
    try {
      return future.await(DEADLINE.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException late) {
      throw new AssertionError("not done within " + DEADLINE, late);
    }
  }

  /** The client's answer, or the exception it makes of the error. */
  <T> T ask(Function<Ec2AsyncClient, ? extends CompletableFuture<T>> call) {
    try {
      return call.apply(client()).orTimeout(DEADLINE.toSeconds(), TimeUnit.SECONDS).join();
    } catch (CompletionException failed) {
      if (failed.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw failed;
    }
  }

  /** The JSON that the admin endpoint answers. */
  String admin(String method, String path, String body) {
    var request =
        HttpRequest.newBuilder(sim.admin().resolve(path))
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .build();
    try (var http = HttpClient.newHttpClient()) {
      return http.send(request, HttpResponse.BodyHandlers.ofString()).body();
    } catch (IOException | InterruptedException failed) {
      throw new AssertionError(failed);
    }
  }

  @Override
  public void close() {
    if (ec2 != null) {
      ec2.close();
    }
    await(sim.close());
    await(vertx.close());
  }
}
