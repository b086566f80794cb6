package io.vpccni.ipamd.conflist;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vpccni.ipamd.condition.ConditionChanged;
import io.vpccni.ipamd.condition.RaisedConditions;
import io.vpccni.ipamd.config.AgentConfig;
import io.vpccni.ipamd.conflist.PluginVersions.Answers;
import io.vpccni.ipamd.dataplane.DataplaneCalls;
import io.vpccni.ipamd.dataplane.DataplaneEndpoints;
import io.vpccni.ipamd.dataplane.DataplaneNews;
import io.vpccni.ipamd.dataplane.DataplaneReply;
import io.vpccni.ipamd.json.MalformedJson;
import io.vpccni.ipamd.stream.Streams;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds the conflist installed once the data plane is connected: from then on kubelet sends pods,
 * so not before one could be wired. A list that is there already is replaced, never removed. It is
 * looked at again and again, because plugins come and change while the agent runs, a template may
 * be corrected, and a list that somebody removes or damages has to come back.
 */
public final class ConflistVerticle extends VerticleBase {
  private static final Logger log = LoggerFactory.getLogger(ConflistVerticle.class);
  private static final String NOT_INSTALLED = "ConflistNotInstalled";
  private static final String PLUGIN_MISSING = "PluginMissing";
  private static final Duration LOOK = Duration.ofSeconds(10);

  private final AgentConfig config;
  private final Duration look;
  private final PluginVersions plugins;
  private boolean installing;
  private boolean failing;
  private final RaisedConditions conditions = new RaisedConditions(this::publish);
  private Set<String> missing = Set.of();

  public ConflistVerticle(AgentConfig config) {
    this(config, LOOK);
  }

  ConflistVerticle(AgentConfig config, Duration look) {
    this.config = config;
    this.look = look;
    this.plugins = new PluginVersions(Path.of(config.conflist().binaries()));
  }

  @Override
  public Future<?> start() {
    if (config.conflist().restored()) {
      var streams = new Streams(context);
      streams.each(streams.ticks(look), _ -> install());
    }
    return DataplaneEndpoints.NEWS.hear(
        vertx.eventBus(),
        news -> {
          if (news instanceof DataplaneNews.Connected) install();
        });
  }

  /** Holds the list as it should be now, and what the plugins say. */
  private record Rendered(String text, Answers answers) {}

  private void install() {
    if (installing) return;
    installing = true;
    vertx
        .executeBlocking(this::render)
        .compose(
            rendered -> {
              tellMissing(rendered.answers().silent());
              return new DataplaneCalls(vertx.eventBus()).installConflist(rendered.text());
            })
        .onComplete(
            done -> {
              installing = false;
              if (done.succeeded()) answered(done.result());
              else failed(done.cause().toString());
            });
  }

  private Rendered render() throws IOException {
    var conflist = conflist();
    var answers = plugins.ask(conflist.types());
    return new Rendered(conflist.render(answers.spoken()), answers);
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
        if (changed) log.info("The conflist is installed");
        if (failing) publish(ConditionChanged.over(NOT_INSTALLED, ""));
        failing = false;
      }
      case DataplaneReply.Refused(var _, var message) -> failed(message);
      // Another Connected follows.
      case DataplaneReply.Unavailable _ -> {}
    }
  }

  /** Each pod's ADD and DEL would fail at such a plugin. */
  private void tellMissing(Map<String, String> silent) {
    silent.forEach(
        (type, why) -> {
          var detail =
              why
                  + "; the conflist calls it for each pod, and offers no version above 1.0.0 until"
                  + " it says its own";
          if (conditions.raise(PLUGIN_MISSING, type, "NoAnswer", detail)) {
            log.atWarn()
                .addKeyValue("plugin", type)
                .addKeyValue("why", why)
                .log("A plugin of the conflist does not answer");
          }
        });
    for (var before : missing) {
      if (!silent.containsKey(before)) conditions.lower(PLUGIN_MISSING, before);
    }
    missing = Set.copyOf(silent.keySet());
  }

  /** It is tried again: a template may be corrected, a folder mounted. */
  private void failed(String why) {
    if (!failing) log.atError().addKeyValue("why", why).log("The conflist is not installed");
    failing = true;
    publish(ConditionChanged.raised(NOT_INSTALLED, "", "NotInstalled", why));
    if (!config.conflist().restored()) vertx.setTimer(look.toMillis(), _ -> install());
  }

  private void publish(ConditionChanged change) {
    ConditionChanged.TOPIC.publish(vertx.eventBus(), change);
  }
}
