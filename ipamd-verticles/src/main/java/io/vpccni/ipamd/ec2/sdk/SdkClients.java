package io.vpccni.ipamd.ec2.sdk;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vpccni.ipamd.ec2.Ec2Settings;
import io.vpccni.ipamd.ec2.api.Ec2Api;
import io.vpccni.ipamd.ec2.api.Ec2Caller;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.client.config.SdkAdvancedAsyncClientOption;
import software.amazon.awssdk.core.client.config.SdkAdvancedClientOption;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.http.nio.netty.ProxyConfiguration;
import software.amazon.awssdk.http.nio.netty.SdkEventLoopGroup;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.ec2.Ec2AsyncClient;

/**
 * Builds the SDK's client. Credentials are its default chain: environment, web identity, profile,
 * container (ECS, EKS pod identity), instance role. Dual-stack, FIPS and endpoint variables of the
 * SDK are honoured by the SDK itself.
 */
public final class SdkClients {
  private SdkClients() {}

  /** Holds AWS's client with the threads that are its own. */
  public record Open(
      Ec2AsyncClient ec2,
      ServerTime serverTime,
      SdkEventLoopGroup loops,
      ScheduledExecutorService timeouts)
      implements AutoCloseable {
    /**
     * Returns EC2 through this client.
     *
     * @param context where futures complete, and from which alone the result may be used
     */
    public Ec2Api api(Vertx vertx, Context context, Ec2Caller caller) {
      serverTime.listener(ahead -> context.runOnContext(_ -> caller.clockAhead(ahead)));
      return new SdkEc2Api(new SdkCalls(vertx, context, ec2, caller));
    }

    /** Closes the client, which blocks for a moment; requests under way fail. */
    @Override
    public void close() {
      timeouts.shutdownNow();
      ec2.close();
      loops.eventLoopGroup().shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(1000);
    }
  }

  /**
   * Opens the client. This blocks, since many classes are loaded.
   *
   * @param wallClock the clock that the SDK signs by, which is compared with EC2's
   */
  public static Open ec2(Ec2Settings settings, String region, InstantSource wallClock) {
    var loops = SdkEventLoopGroup.builder().numberOfThreads(1).build();
    var timeouts = oneThread();
    var http =
        NettyNioAsyncHttpClient.builder()
            // Ours, since the SDK takes two seconds to close its own.
            .eventLoopGroup(loops)
            .maxConcurrency(8)
            .maxPendingConnectionAcquires(256)
            .connectionTimeout(Duration.ofSeconds(3))
            .connectionMaxIdleTime(Duration.ofSeconds(20))
            .readTimeout(settings.connection().tryTimeout())
            .writeTimeout(settings.connection().tryTimeout());
    var scheme = settings.connection().endpoint().map(uri -> uri.getScheme()).orElse("https");
    var transport = settings.connection().transport();
    ProxySettings.of(transport, scheme).ifPresent(proxy -> http.proxyConfiguration(sdk(proxy)));
    transport
        .caBundle()
        .map(SdkClients::trusting)
        .ifPresent(managers -> http.tlsTrustManagersProvider(() -> managers));
    var serverTime = new ServerTime(wallClock);
    var client =
        Ec2AsyncClient.builder()
            .region(Region.of(region))
            .httpClientBuilder(http)
            .asyncConfiguration(
                config ->
                    // We change to our own context anyway: no pool for a handful of calls.
                    config.advancedOption(
                        SdkAdvancedAsyncClientOption.FUTURE_COMPLETION_EXECUTOR, Runnable::run))
            .overrideConfiguration(
                config ->
                    config
                        .retryStrategy(AwsRetryStrategy.doNotRetry())
                        .apiCallAttemptTimeout(settings.connection().tryTimeout())
                        .apiCallTimeout(settings.connection().tryTimeout().plusSeconds(2))
                        .scheduledExecutorService(timeouts)
                        .addExecutionInterceptor(serverTime)
                        .putAdvancedOption(
                            SdkAdvancedClientOption.USER_AGENT_SUFFIX,
                            "amazon-vpc-cni-k8s/" + settings.connection().version()));
    settings.connection().endpoint().ifPresent(client::endpointOverride);
    return new Open(client.build(), serverTime, loops, timeouts);
  }

  private static ScheduledExecutorService oneThread() {
    return Executors.newSingleThreadScheduledExecutor(
        task -> {
          var thread = new Thread(task, "ec2-timeouts");
          thread.setDaemon(true);
          return thread;
        });
  }

  private static ProxyConfiguration sdk(ProxySettings settings) {
    var proxy =
        ProxyConfiguration.builder()
            // Read by us: the SDK would take the variable of its own default scheme.
            .useEnvironmentVariableValues(false)
            .useSystemPropertyValues(false)
            .scheme(settings.proxy().getScheme())
            .host(settings.proxy().getHost())
            .port(settings.port())
            .nonProxyHosts(settings.direct());
    var user = settings.proxy().getUserInfo();
    if (user != null) {
      int colon = user.indexOf(':');
      proxy.username(colon < 0 ? user : user.substring(0, colon));
      proxy.password(colon < 0 ? "" : user.substring(colon + 1));
    }
    return proxy.build();
  }

  /** Trusts the certificates of this PEM file instead of the JVM's own, as the other SDKs do. */
  private static TrustManager[] trusting(Path bundle) {
    try (InputStream in = Files.newInputStream(bundle)) {
      var store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      var certificates =
          List.copyOf(CertificateFactory.getInstance("X.509").generateCertificates(in));
      if (certificates.isEmpty()) {
        throw new IllegalArgumentException("AWS_CA_BUNDLE has no certificate: " + bundle);
      }
      for (int i = 0; i < certificates.size(); i++) {
        store.setCertificateEntry("ca-" + i, certificates.get(i));
      }
      var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(store);
      return factory.getTrustManagers();
    } catch (IOException | GeneralSecurityException unreadable) {
      throw new IllegalArgumentException(
          "AWS_CA_BUNDLE cannot be read: " + bundle + ": " + unreadable, unreadable);
    }
  }
}
