// The panel around the plugin, on the official Penpal: one page, and the dialogs it opens.

export class Panel {
  /** The frame of the plugin's page, while there is one. */
  page = null;
  /** The dialog that is open: its title and its frame. */
  dialog = null;
  /** The question of the panel's own that waits for an answer: the options it was asked with, and `answer`. */
  question = null;

  #setup;
  #search = "";
  #connections = [];

  /** `setup`: plugin, cma, cda, token. */
  constructor(setup) {
    this.#setup = setup;
  }

  /** Opens the plugin's page at its own address, or where the person was. */
  async open({ anew }) {
    if (anew) {
      this.#search = "";
    }
    this.page = this.#frame("Page");
    const page = () => ({
      ...this.#context(),
      mode: "renderPage",
      bodyPadding: [0, 0, 0, 0],
      pageId: "releases",
      location: { pathname: "/p/200/pages/releases", search: this.#search, hash: "" },
    });
    const plugin = await this.#connect(this.page, {
      getSettings: async () => page(),
      navigateTo: async (path) => {
        this.#search = new URL(path, "http://panel.invalid").search;
        await plugin.onChange(page());
      },
      openModal: (options) => this.#openModal(options),
      openConfirm: (options) => this.#openConfirm(options),
      notice: async () => {},
      alert: async () => {},
      setHeight: async () => {},
    });
  }

  /** The tab is gone, with everything that was in it. */
  close() {
    this.#connections.splice(0).forEach((connection) => connection.destroy());
    document.querySelectorAll("iframe").forEach((frame) => frame.remove());
    this.page = this.dialog = this.question = null;
  }

  #openModal({ id, title, parameters }) {
    return new Promise((resolve, reject) => {
      const frame = this.#frame("Dialog");
      const modal = { ...this.#context(), mode: "renderModal", bodyPadding: [0, 0, 0, 0], modalId: id, parameters };
      this.dialog = { title, frame };
      const answered = (answer) => {
        frame.remove();
        this.dialog = null;
        resolve(answer);
      };
      this.#connect(frame, {
        getSettings: async () => modal,
        setHeight: async () => {},
        resolve: async (answer) => void setTimeout(() => answered(answer)),
      }).catch(reject);
    });
  }

  #openConfirm(options) {
    return new Promise((resolve) => {
      const answer = (value) => {
        this.question = null;
        resolve(value);
      };
      this.question = { options, answer };
    });
  }

  #context() {
    return { ...panelContext(this.#setup), colorScheme: "light", cssDesignTokens: schemes.light };
  }

  #frame(title) {
    const frame = document.createElement("iframe");
    frame.title = title;
    frame.src = this.#setup.plugin;
    return frame;
  }

  #connect(frame, methods) {
    const connection = Penpal.connectToChild({ iframe: frame, methods });
    this.#connections.push(connection);
    document.body.append(frame);
    return connection.promise;
  }
}
