package io.tallygate.kernel;

/** A setting has to be changed before the process can start; the message is one line that says which and how. */
public final class WrongSettingException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    /** @param message names the setting, and shows no secret */
    public WrongSettingException(String message) {
        super(message);
    }
}
