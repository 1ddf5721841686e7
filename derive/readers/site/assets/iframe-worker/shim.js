// A page that is opened from a folder may start no worker: a hidden frame does its work, on the same thread.
(function () {
  "use strict";
  if (location.protocol !== "file:") return;

  function load(frame, address) {
    return new Promise(function (done, failed) {
      var script = frame.document.createElement("script");
      script.src = address;
      script.onload = done;
      script.onerror = failed;
      frame.document.body.appendChild(script);
    });
  }

  window.Worker = class extends EventTarget {
    constructor(address) {
      super();
      address = new URL(address, document.baseURI).href;
      this.place = document.createElement("iframe");
      this.place.hidden = true;
      document.body.appendChild(this.place);
      var worker = this, frame = this.frame = this.place.contentWindow;
      frame.postMessage = function (data) {
        var message = new MessageEvent("message", { data: structuredClone(data) });
        worker.dispatchEvent(message);
        if (worker.onmessage) worker.onmessage(message);
      };
      frame.importScripts = function () {
        return Array.from(arguments).reduce(function (before, one) {
          return before.then(function () { return load(frame, new URL(one, address)); });
        }, Promise.resolve());
      };
      this.ready = load(frame, address);
    }

    postMessage(data) {
      var frame = this.frame;
      this.ready.then(function () {
        frame.dispatchEvent(new MessageEvent("message", { data: structuredClone(data) }));
      });
    }

    terminate() { this.place.remove(); }
  };
})();
