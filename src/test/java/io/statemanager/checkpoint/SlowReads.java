package io.statemanager.checkpoint;

import io.statemanager.storage.DirectStore;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;

/** A store whose reads of packs wait, from {@link #hold} until {@link #letGo}. */
final class SlowReads {
    private volatile Promise<Void> gate = Promise.promise();

    SlowReads() {
        gate.complete();
    }

    void hold() {
        gate = Promise.promise();
    }

    void letGo() {
        gate.complete();
    }

    /** The same store, and all its views. */
    DirectStore over(DirectStore store) {
        return (DirectStore) Proxy.newProxyInstance(
                DirectStore.class.getClassLoader(), new Class<?>[] {DirectStore.class}, (proxy, method, arguments) -> {
                    boolean read = method.getName().equals("get") && ((String) arguments[0]).startsWith("files/data/");
                    if (read) {
                        return gate.future().compose(open -> (Future<?>) invoke(store, method, arguments));
                    }
                    Object result = invoke(store, method, arguments);
                    return result instanceof DirectStore view ? over(view) : result;
                });
    }

    private static Object invoke(DirectStore store, java.lang.reflect.Method method, Object[] arguments) {
        try {
            return method.invoke(store, arguments);
        } catch (InvocationTargetException e) {
            throw (RuntimeException) e.getCause();
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }
}
