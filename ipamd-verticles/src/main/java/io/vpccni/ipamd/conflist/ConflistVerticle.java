package io.vpccni.ipamd.conflist;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vpccni.ipamd.condition.ConditionChanged;
import io.vpccni.ipamd.config.AgentConfig;
import io.vpccni.ipamd.dataplane.DataplaneCalls;
import io.vpccni.ipamd.dataplane.DataplaneEndpoints;
import io.vpccni.ipamd.dataplane.DataplaneNews;
import io.vpccni.ipamd.dataplane.DataplaneReply;
import io.vpccni.ipamd.json.MalformedJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the conflist installed once the data plane is connected: from then on kubelet sends pods, so
 * not before one could be wired. A list that is there already is replaced, never removed.
 */
public final class ConflistVerticle extends VerticleBase {
  private static final Logger log = LoggerFactory.getLogger(ConflistVerticle.class);
  private static final String CONDITION = "ConflistNotInstalled";
  private static final Duration AGAIN = Duration.ofSeconds(10);

  private final AgentConfig config;
  private boolean installing;
  private boolean failing;

  public ConflistVerticle(AgentConfig config) {
    this.config = config;
  }

  @Override
  public Future<?> start() {
    return DataplaneEndpoints.NEWS.hear(
        vertx.eventBus(),
        news -> {
          if (news instanceof DataplaneNews.Connected) install();
        });
  }

  private void install() {
    if (installing) return;
    installing = true;
    vertx
        .executeBlocking(this::render)
        .compose(text -> new DataplaneCalls(vertx.eventBus()).installConflist(text))
        .onComplete(
            done -> {
              installing = false;
              if (done.succeeded()) answered(done.result());
              else failed(done.cause().toString());
            });
  }

  private String render() throws IOException {
    var conflist = conflist();
    return conflist.render(
        new PluginVersions(Path.of(config.conflist().binaries())).ask(conflist.types()));
  }

  private Conflist conflist() throws IOException {
    var template = config.conflist().template();
    if (template.isEmpty()) return Conflist.builtIn(config);
    try {
      return Conflist.of(Files.readString(Path.of(template)), config);
    } catch (MalformedJson wrong) {
      throw new IOException(template + ": " + wrong.getMessage(), wrong);
    }
  }

  private void answered(DataplaneReply.ConflistReply reply) {
    switch (reply) {
      case DataplaneReply.Installed(var changed) -> {
        if (changed) log.info("the conflist is installed");
        if (failing) ConditionChanged.TOPIC.publish(vertx.eventBus(), over());
        failing = false;
      }
      case DataplaneReply.Refused(var _, var message) -> failed(message);
      // Another Connected follows.
      case DataplaneReply.Unavailable _ -> {}
    }
  }

  /** Tried again: a template may be corrected, a folder mounted. */
  private void failed(String why) {
    if (!failing) log.atError().addKeyValue("why", why).log("the conflist is not installed");
    failing = true;
    ConditionChanged.TOPIC.publish(
        vertx.eventBus(), ConditionChanged.raised(CONDITION, "", "NotInstalled", why));
    vertx.setTimer(AGAIN.toMillis(), _ -> install());
  }

  private static ConditionChanged over() {
    return ConditionChanged.over(CONDITION, "");
  }
}
