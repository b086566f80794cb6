package io.vpccni.sim.kubernetes.store;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vpccni.sim.kubernetes.store.ObjectPage.Token;
import io.vpccni.sim.kubernetes.store.Updates.Part;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the objects of a cluster with one resource version that counts all changes. It owns the
 * state, and each method is one step of it. Objects that it gives out must not be modified. It is
 * thread-safe.
 */
public final class ObjectStore {
  private final NavigableMap<ObjectKey, JsonObject> objects = new TreeMap<>();
  private final History history = new History();
  private final Watches watches = new Watches();
  private long version = 1;

  /**
   * Says when a request comes, and whether it is only tried.
   *
   * @param dryRun answers as if it were done, and changes nothing
   */
  public record Request(Instant now, boolean dryRun) {}

  /**
   * Makes a store with the namespaces that every cluster has; others need not be created before
   * they are used.
   */
  public ObjectStore(Instant now) {
    for (var name : List.of("default", "kube-node-lease", "kube-public", "kube-system")) {
      var namespace = new JsonObject().put("metadata", new JsonObject().put("name", name));
      create(ResourceTypes.NAMESPACES, "", namespace, new Request(now, false));
    }
  }

  /** Returns all kinds that are served, with those that CustomResourceDefinitions define. */
  public synchronized ResourceTypes types() {
    return ResourceTypes.BUILT_IN.with(
        objects.entrySet().stream()
            .filter(entry -> entry.getKey().isOf(ResourceTypes.DEFINITIONS))
            .map(entry -> entry.getValue()));
  }

  /**
   * @throws ApiFailure {@code NotFound}
   */
  public synchronized JsonObject get(ResourceType type, String namespace, String name) {
    var found = objects.get(ObjectKey.of(type, namespace, name));
    if (found == null) {
      throw ApiFailure.notFound(type, name);
    }
    return Conversion.shown(type, found);
  }

  /**
   * @param limit is the most objects of a page; 0 for all
   * @param token continues an earlier page in the state of that page
   * @throws ApiFailure {@code Expired} if that state is no longer kept
   */
  public synchronized ObjectPage list(Selection selection, int limit, Optional<Token> token) {
    long at = token.map(Token::version).orElse(version);
    if (!history.reaches(at) || at > version) {
      throw ApiFailure.expired(
          "The provided continue parameter is too old to display a consistent list result");
    }
    var start = token.map(Token::after).orElse("");
    var matching =
        history.at(at, objects).entrySet().stream()
            .filter(entry -> selection.covers(entry.getKey()))
            .filter(entry -> entry.getKey().place().compareTo(start) > 0)
            .filter(entry -> selection.matches(entry.getValue()))
            .toList();
    boolean last = limit <= 0 || matching.size() <= limit;
    var page = last ? matching : matching.subList(0, limit);
    return new ObjectPage(
        page.stream().map(entry -> Conversion.shown(selection.type(), entry.getValue())).toList(),
        at,
        last ? Optional.empty() : Optional.of(new Token(at, page.getLast().getKey().place())),
        last || selection.narrow()
            ? OptionalLong.empty()
            : OptionalLong.of(matching.size() - page.size()));
  }

  /**
   * @throws ApiFailure {@code AlreadyExists}, or if the object is not valid
   */
  public synchronized JsonObject create(
      ResourceType type, String namespace, JsonObject proposed, Request request) {
    var stored = Conversion.storage(type);
    var created =
        Updates.created(
            stored, namespace, Conversion.stored(type, proposed), version + 1, request.now());
    var key = ObjectKey.of(type, created);
    if (objects.containsKey(key)) {
      throw ApiFailure.alreadyExists(type, key.name());
    }
    return Conversion.shown(type, put(key, null, created, request));
  }

  /** Writes an object, but for its status if that is a subresource. */
  public synchronized JsonObject update(
      ResourceType type,
      String namespace,
      String name,
      UnaryOperator<JsonObject> change,
      Request request) {
    return update(type, namespace, name, change, Part.ALL, request);
  }

  /** Writes the status of an object alone. */
  public synchronized JsonObject updateStatus(
      ResourceType type,
      String namespace,
      String name,
      UnaryOperator<JsonObject> change,
      Request request) {
    return update(type, namespace, name, change, Part.STATUS, request);
  }

  private JsonObject update(
      ResourceType type,
      String namespace,
      String name,
      UnaryOperator<JsonObject> change,
      Part part,
      Request request) {
    var stored = Conversion.storage(type);
    var current = get(stored, namespace, name);
    var written = change.apply(Conversion.shown(type, current).copy());
    var next = Updates.updated(stored, current, Conversion.stored(type, written), part);
    if (next.equals(current)) {
      return Conversion.shown(type, current);
    }
    var key = ObjectKey.of(type, namespace, name);
    boolean ends =
        ObjectMeta.endsAt(next).isPresent()
            && ObjectMeta.grace(next) == 0
            && !ObjectMeta.hasFinalizers(next);
    if (ends) {
      remove(key, current, request);
      return Conversion.shown(type, next);
    }
    return Conversion.shown(type, put(key, current, next, request));
  }

  /**
   * Deletes an object, or marks it as deleted where a finalizer or a grace period holds it.
   *
   * @return the object if it is still there; empty if it is gone
   */
  public synchronized Optional<JsonObject> delete(
      ResourceType type, String namespace, String name, DeleteOptions options, Request request) {
    var current = get(Conversion.storage(type), namespace, name);
    options.check(type, current);
    long grace = options.graceOf(type, current);
    var key = ObjectKey.of(type, namespace, name);
    if (grace == 0 && !ObjectMeta.hasFinalizers(current)) {
      remove(key, current, request);
      return Optional.empty();
    }
    var end = request.now().plusSeconds(grace);
    // A later request can shorten the grace period and never makes it longer.
    if (ObjectMeta.endsAt(current).isPresent() && grace >= ObjectMeta.grace(current)) {
      return Optional.of(current);
    }
    var next = current.copy();
    ObjectMeta.of(next)
        .put("deletionTimestamp", ObjectMeta.text(end))
        .put("deletionGracePeriodSeconds", grace);
    return Optional.of(put(key, current, next, request));
  }

  /** Ends the pods whose grace period is over, as their kubelets would. */
  public synchronized void pass(Instant now) {
    for (var entry : List.copyOf(objects.entrySet())) {
      var object = entry.getValue();
      if (ObjectMeta.grace(object) > 0
          && ObjectMeta.endsAt(object).filter(end -> !end.isAfter(now)).isPresent()) {
        var key = entry.getKey();
        delete(ResourceTypes.PODS, key.namespace(), key.name(), DeleteOptions.NOW, request(now));
      }
    }
  }

  /** Returns when {@link #pass} has something to do next. */
  public synchronized Optional<Instant> nextEnd() {
    return objects.values().stream()
        .filter(object -> ObjectMeta.grace(object) > 0)
        .flatMap(object -> ObjectMeta.endsAt(object).stream())
        .min(Instant::compareTo);
  }

  private static Request request(Instant now) {
    return new Request(now, false);
  }

  private JsonObject put(
      ObjectKey key, @Nullable JsonObject before, JsonObject after, Request request) {
    if (request.dryRun()) {
      return after;
    }
    var stored = ObjectMeta.withVersion(after, ++version);
    objects.put(key, stored);
    tell(new Change(version, key, before, stored));
    return stored;
  }

  private void remove(ObjectKey key, JsonObject object, Request request) {
    if (request.dryRun()) {
      return;
    }
    objects.remove(key);
    tell(new Change(++version, key, object, null));
    // The garbage collector's work: what is in a namespace, and what the object owns.
    var uid = Json.text(object, "metadata.uid");
    for (var entry : List.copyOf(objects.entrySet())) {
      boolean within =
          key.isOf(ResourceTypes.NAMESPACES) && entry.getKey().namespace().equals(key.name());
      if ((within || ownedOnlyBy(entry.getValue(), uid)) && objects.containsKey(entry.getKey())) {
        remove(entry.getKey(), entry.getValue(), request);
      }
    }
  }

  private static boolean ownedOnlyBy(JsonObject object, String uid) {
    var owners =
        Json.objects(ObjectMeta.of(object).getJsonArray("ownerReferences", new JsonArray()))
            .map(owner -> owner.getString("uid"))
            .toList();
    return owners.equals(List.of(uid));
  }

  private void tell(Change change) {
    history.add(change);
    watches.tell(change);
  }

  /**
   * Opens a watch. The listener is called under the store's lock, first for the initial events, so
   * it must only hand events on.
   *
   * @param bookmarks says whether {@link #bookmark} is told to it
   * @throws ApiFailure {@code Expired} if it starts from a version before those that are kept
   */
  public synchronized OpenWatch watch(
      Selection selection, WatchStart start, boolean bookmarks, Consumer<WatchEvent> listener) {
    var initial = new ArrayList<WatchEvent>();
    switch (start) {
      case WatchStart.FromState(var marked) -> {
        for (var object : list(selection, 0, Optional.empty()).items()) {
          initial.add(new WatchEvent(WatchEvent.Type.ADDED, object));
        }
        if (marked) {
          initial.add(WatchEvent.bookmark(selection.type(), version, true));
        }
      }
      case WatchStart.After(var seen) -> {
        if (!history.reaches(seen)) {
          throw ApiFailure.expired("too old resource version: %d (%d)".formatted(seen, version));
        }
        history.after(seen).forEach(change -> change.seenBy(selection).ifPresent(initial::add));
      }
      case WatchStart.FromNow() -> {}
    }
    initial.forEach(listener);
    return watches.open(selection, bookmarks, listener);
  }

  /** Tells every watch that wants bookmarks where it is. */
  public synchronized void bookmark() {
    watches.bookmark(version);
  }

  /** Ends every watch with 410 Gone, and forgets the history that older ones would start from. */
  public synchronized void expire() {
    history.compact(++version);
    watches.end(ApiFailure.expired("too old resource version"));
  }
}
