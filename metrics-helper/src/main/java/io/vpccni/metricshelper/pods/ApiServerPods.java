package io.vpccni.metricshelper.pods;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vpccni.metricshelper.reading.AgentPage;
import io.vpccni.metricshelper.reading.MalformedPage;
import io.vpccni.metricshelper.reading.PodReading;
import io.vpccni.metricshelper.totals.PodId;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Reaches the agents through the API server, which needs the permissions {@code pods} and {@code
 * pods/proxy} and no route to the nodes. Source of the namespace, label and port:
 * amazon-vpc-cni-k8s v1.23.1.
 */
public final class ApiServerPods implements AgentPods {
  private static final String PODS = "/api/v1/namespaces/kube-system/pods";
  private static final String SELECTOR = "?labelSelector=k8s-app%3Daws-node&limit=100";

  /** Metadata is a tenth of a pod; a server that cannot leave the rest out sends all. */
  private static final String METADATA =
      "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json";

  /** The metadata of 100 pods is some 300 kB. The heap has 26 MB for everything. */
  private static final int LARGEST_LIST = 2 << 20;

  private static final int LARGEST_PAGE = 512 << 10;
  private static final Duration LIST_TIMEOUT = Duration.ofSeconds(15);

  /** An agent answers in milliseconds, and a node that is gone must not hold up the others. */
  private static final Duration READ_TIMEOUT = Duration.ofSeconds(5);

  private final ApiServer server;
  private final Context context;
  private final Duration readTimeout;

  /**
   * @param context where the futures complete
   */
  public ApiServerPods(ApiServer server, Context context) {
    this(server, context, READ_TIMEOUT);
  }

  ApiServerPods(ApiServer server, Context context, Duration readTimeout) {
    this.server = server;
    this.context = context;
    this.readTimeout = readTimeout;
  }

  @Override
  public Future<List<PodId>> list() {
    return pages(new ArrayList<>(), "");
  }

  private Future<List<PodId>> pages(List<PodId> before, String token) {
    var path =
        token.isEmpty()
            ? PODS + SELECTOR
            : PODS + SELECTOR + "&continue=" + URLEncoder.encode(token, StandardCharsets.UTF_8);
    return server
        .get(context, path, METADATA, LARGEST_LIST, LIST_TIMEOUT)
        .map(PodPage::parse)
        .compose(
            page -> {
              before.addAll(page.pods());
              return page.next().isEmpty()
                  ? Future.succeededFuture(before)
                  : pages(before, page.next());
            });
  }

  @Override
  public Future<PodReading> read(PodId pod) {
    return server
        .get(
            context,
            PODS + "/" + pod.name() + ":61678/proxy/metrics",
            "text/plain",
            LARGEST_PAGE,
            readTimeout)
        .compose(ApiServerPods::parsed);
  }

  private static Future<PodReading> parsed(byte[] page) {
    try {
      return Future.succeededFuture(AgentPage.read(page));
    } catch (MalformedPage malformed) {
      return Future.failedFuture(malformed);
    }
  }
}
