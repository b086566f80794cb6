package io.vpccni.ipamd.conflist;

import io.reactivex.rxjava3.core.Flowable;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vpccni.ipamd.condition.RaisedConditions;
import io.vpccni.ipamd.config.AgentConfig;
import io.vpccni.ipamd.conflist.PluginVersions.Answers;
import io.vpccni.ipamd.dataplane.DataplaneCalls;
import io.vpccni.ipamd.dataplane.DataplaneEndpoints;
import io.vpccni.ipamd.dataplane.DataplaneNews;
import io.vpccni.ipamd.dataplane.DataplaneReply;
import io.vpccni.ipamd.dataplane.DataplaneReply.ConflistReply;
import io.vpccni.ipamd.dataplane.DataplaneReply.Why;
import io.vpccni.ipamd.json.MalformedJson;
import io.vpccni.ipamd.log.LogKeys;
import io.vpccni.ipamd.stream.Streams;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Installs the conflist once the data plane is connected, and no earlier, because kubelet sends
 * pods from then on and they have to be wired. A list that is there already is replaced, never
 * removed. It is looked at again and again, because plugins come and change while the agent runs, a
 * template may be corrected, and a list that somebody removes or damages has to come back.
 */
public final class ConflistVerticle extends VerticleBase {
  private static final Logger log = LoggerFactory.getLogger(ConflistVerticle.class);
  private static final String NOT_INSTALLED = "ConflistNotInstalled";
  private static final String PLUGIN_MISSING = "PluginMissing";
  private static final Duration LOOK = Duration.ofSeconds(10);

  private final AgentConfig config;
  private final Duration look;
  private final PluginVersions plugins;
  private @Nullable RaisedConditions conditions;

  /**
   * Says that it is not known whether the last list was installed. The answer may have come too
   * late on a connection that lives, after which no further Connected is told.
   */
  private boolean unanswered;

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
    conditions = RaisedConditions.on(vertx.eventBus());
    var streams = new Streams(context);
    var connected =
        streams
            .heard(vertx.eventBus(), DataplaneEndpoints.NEWS)
            .ofType(DataplaneNews.Connected.class);
    var looks = streams.ticks(look).filter(_ -> isLookedAt());
    streams.each(
        streams.oneAtATime(Flowable.merge(connected, looks), _ -> install()), this::installed);
    return Future.succeededFuture();
  }

  /** A list that could not be installed is tried again: a template may be corrected. */
  private boolean isLookedAt() {
    return config.conflist().restored() || unanswered || conditions().isRaised(NOT_INSTALLED, "");
  }

  /** Holds the list as it should be now, and what the plugins say. */
  private record Rendered(String text, Answers answers) {}

  /** Completes with the answer; a list that cannot be rendered counts as refused. */
  private Future<ConflistReply> install() {
    return vertx
        .executeBlocking(this::render)
        .onSuccess(rendered -> tellMissing(rendered.answers().silent()))
        .compose(rendered -> new DataplaneCalls(vertx.eventBus()).installConflist(rendered.text()))
        .otherwise(error -> new DataplaneReply.Refused(Why.FAILED, error.toString()));
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

  private void installed(ConflistReply reply) {
    unanswered = reply instanceof DataplaneReply.Unavailable;
    switch (reply) {
      case DataplaneReply.Installed(var changed) -> {
        if (changed) log.info("The conflist is installed");
        conditions().lower(NOT_INSTALLED, "");
      }
      case DataplaneReply.Refused(var _, var why) -> {
        if (conditions().raise(NOT_INSTALLED, "", "NotInstalled", why)) {
          log.atError().addKeyValue(LogKeys.WHY, why).log("The conflist is not installed");
        }
      }
      // The next look asks again.
      case DataplaneReply.Unavailable _ -> {}
    }
  }

  /** Each pod's ADD and DEL would fail at such a plugin. */
  private void tellMissing(Map<String, String> silent) {
    var details = new HashMap<String, String>();
    silent.forEach(
        (type, why) ->
            details.put(
                type,
                why
                    + "; the conflist calls it for each pod, and offers no version above 1.0.0"
                    + " until it says its own"));
    for (var type : conditions().raiseOnly(PLUGIN_MISSING, "NoAnswer", details)) {
      log.atWarn()
          .addKeyValue(LogKeys.PLUGIN, type)
          .addKeyValue(LogKeys.WHY, silent.get(type))
          .log("A plugin of the conflist does not answer");
    }
  }

  private RaisedConditions conditions() {
    return Objects.requireNonNull(conditions, "started");
  }
}
