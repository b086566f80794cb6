package io.vpccni.ipamd.kubernetes.service;

import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import java.util.Optional;
import java.util.function.Consumer;

/** Hears an object as it is now; empty once it is gone. */
record Changes<T>(Consumer<Optional<T>> changed) implements ResourceEventHandler<T> {
  @Override
  public void onAdd(T added) {
    changed.accept(Optional.of(added));
  }

  @Override
  public void onUpdate(T before, T after) {
    changed.accept(Optional.of(after));
  }

  @Override
  public void onDelete(T gone, boolean stateUnknown) {
    changed.accept(Optional.empty());
  }
}
