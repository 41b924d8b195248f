package io.statemanager.linux;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;

/**
 * Takes signals that are sent to this process. The JDK has them in {@code sun.misc.Signal}, which the compiler warns about by name, so it is
 * reached by reflection; the module {@code jdk.unsupported} opens it.
 *
 * <p>An action runs on a thread of the JVM's of its own. Signals of one kind that arrive together may run it once. A signal that is taken
 * here is at its default again in child processes.
 */
public final class SignalHandlers {
    private SignalHandlers() {}

    /**
     * Runs the action at each arrival of a signal, in place of what the JVM did.
     *
     * @throws UnsupportedOperationException where this JVM does not give the signal away
     */
    public static void handle(Signal signal, Runnable action) {
        try {
            // Its initialiser puts SIGCHLD back to the default and would silently take away a handler that was there
            // before.
            Class.forName("java.lang.ProcessImpl");
            Class<?> signalType = Class.forName("sun.misc.Signal");
            Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
            Object handler = Proxy.newProxyInstance(
                    handlerType.getClassLoader(), new Class<?>[] {handlerType}, (proxy, method, arguments) -> {
                        if (method.getName().equals("handle")) {
                            action.run();
                            return null;
                        }
                        return objectMethod(proxy, method.getName(), arguments);
                    });
            Object target = signalType.getConstructor(String.class).newInstance(signal.name());
            signalType.getMethod("handle", signalType, handlerType).invoke(null, target, handler);
        } catch (InvocationTargetException e) {
            throw new UnsupportedOperationException(
                    "SIG" + signal + " cannot be taken: " + e.getCause().getMessage(), e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new UnsupportedOperationException("signals cannot be taken on this JVM", e);
        }
    }

    private static Object objectMethod(Object proxy, String name, Object[] arguments) {
        return switch (name) {
            case "equals" -> proxy == arguments[0];
            case "hashCode" -> System.identityHashCode(proxy);
            default -> "signal handler";
        };
    }
}
