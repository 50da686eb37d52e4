var e,t,n,r,i,a,o,s,c,l,u,d=Symbol.for(`pv`),f={},p=[],m=/^m(i|n|o|s|text|space)$/,h=Array.isArray,g=p.slice,_=Object.assign;function v(e){e&&e.parentNode&&e.remove()}function y(e,t,n){var r,i,a,o={},s=arguments.length;for(a in t)a==`key`?r=t[a]:a==`ref`&&typeof e!=`function`?i=t[a]:o[a]=t[a];return s>2&&(o.children=s>3?g.call(arguments,2):n),b(e,o,r,i,null)}function b(n,r,i,a,o){var s={type:n,props:r,key:i,ref:a,__k:null,__:null,__b:0,__e:null,__c:null,constructor:d,__v:o||++t,__i:-1,__u:0};return!o&&e.vnode&&e.vnode(s),s}function x(e){return e.children}function S(e,t){this.props=e,this.context=t,this.__g=0}function C(e,t){if(t==null)return e.__&&C(e.__,e.__i+1);for(var n;t<e.__k.length;t++)if((n=e.__k[t])&&n.__e)return n.__e;return typeof e.type!=`function`||e.props.__P?null:C(e)}function w(t){var n,r=t.__v,i=r.__e,a=[],o=[],s=t.__P;s&&((n=_({constructor:d},r)).__v=r.__v+1,e.vnode&&e.vnode(n),se(s,n,r,t.__n,s.namespaceURI,32&r.__u?[i]:null,a,i||C(r),32&r.__u,o),n.__v=r.__v,n.__.__k[n.__i]=n,O(a,n,o),r.__=r.__e=null,n.__e!=i&&T(n))}function T(e){if((e=e.__)&&e.__c&&!e.props.__P)return e.__e=null,e.__k.some(function(t){return t&&(e.__e=t.__e)}),T(e)}function E(t){(8&t.__g||(t.__g|=8,r.push(t),a++))&&i==e.debounceRendering||((i=e.debounceRendering)||queueMicrotask)(D)}function D(){try{for(var e,t=1;r.length;)r.length>t&&r.sort(o),e=r.shift(),t=r.length,8&e.__g&&w(e)}finally{(a=r.length)&&(i||queueMicrotask)(D)}}function ee(e,t,n,r,i,a,o,s,c,l,u){var d,m,h,g,_,v,y=r.__k||p,b=t.length;for(c=te(n,t,y,c,b),d=0;d<b;d++)(h=n.__k[d])!=null&&(m=~h.__i&&y[h.__i]||f,h.__i=d,v=se(e,h,m,i,a,o,s,c,l,u),g=h.__e,(m.ref!=h.ref||8&m.__u)&&(m.ref&&k(m.ref,null,h,m),h.ref&&u.push(h.ref,h.__c||g,h)),_||=g,4&h.__u?(c=ne(h,c,e,!m.__v),m.__e&&(m.__e=null)):typeof h.type==`function`&&v!==void 0?c=v:g&&(c=g.nextSibling),h.__u&=-21);return n.__e=_,c}function te(e,t,n,r,i){var a,o,s,c,l,u,f,p,m,g=n.length,_=g,v=0,y=0,S=e.__k=Array(i);for(a=0;a<i;a++)(o=t[a])!=null&&typeof o!=`boolean`&&typeof o!=`function`?(typeof o!=`object`||o.constructor===String?o=S[a]=b(null,o):h(o)?o=S[a]=b(x,{children:o}):o.constructor===d&&o.__b?o=S[a]=b(o.type,o.props,o.key,o.ref,o.__v):S[a]=o,c=a+v,o.__=e,o.__b=e.__b+1,s=null,~(l=o.__i=re(o,n,c,_))&&(_--,(s=n[l])&&(s.__u|=2)),s&&s.__v?(o.__u|=16,l==c-1?v--:l==c+1?v++:l!=c&&(l>c?v--:v++,y=1)):(~l||(i>g?v--:i<g&&v++),typeof o.type!=`function`&&(o.__u|=4))):S[a]=null;if(y){for(u=[],f=[],a=0;a<i;a++)if((o=S[a])&&16&o.__u){for(v=0,p=u.length;v<p;)u[m=v+p>>1]<o.__i?v=m+1:p=m;u[v]=o.__i,f[a]=v+1}for(v=u.length;a--;)f[a]&&(f[a]==v?v--:S[a].__u|=4)}if(_)for(a=0;a<g;a++)!(s=n[a])||2&s.__u||(s.__e==r&&(r=C(s)),de(s,s));return r}function ne(e,t,n,r){var i,a,o,s;if(typeof e.type==`function`){if(e.props.__P)return t;if(i=e.__k)for(a=0;a<i.length;a++)i[a]&&(i[a].__=e,t=ne(i[a],t,n,!1));return t}for(t&&!t.parentNode&&(t=C(e))&&!t.parentNode&&(t=null),o=e.__e,s=t;s&&s.nodeType==8;)s=s.nextSibling;for(o!=s&&(!r&&n.moveBefore&&o.parentNode?n.moveBefore(o,t):n.insertBefore(o,t||null)),t=o;(t&&=t.nextSibling)&&t.nodeType==8&&!t.data.startsWith(`$s`););return t}function re(e,t,n,r){var i,a=e.key,o=e.type,s=t[n],c=s&&!(2&s.__u);if(s===null&&a==null||c&&a==s.key&&o==s.type)return n;if(r>+!!c){for(i=n-1;i>=0;i--)if((s=t[i])&&!(2&s.__u)&&a==s.key&&o==s.type)return i;for(i=n+1;i<t.length;i++)if((s=t[i])&&!(2&s.__u)&&a==s.key&&o==s.type)return i}return-1}function ie(e,t,n){n??=``,t[0]==`-`?e.setProperty(t,n):e[t]=n}function ae(e,t,n,r,i){var a,o;if(t==`style`){if(typeof n==`string`)e.style.cssText=n;else{if(typeof r==`string`&&(e.style.cssText=r=``),r)for(t in r)n&&t in n||ie(e.style,t);if(n)for(t in n)r&&n[t]==r[t]||ie(e.style,t,n[t])}}else if(t[0]==`o`&&t[1]==`n`)typeof n!=`function`&&(n=null),typeof r!=`function`&&(r=null),(e.__e||={})[t]=n,n&&r||(o=u[t]||(u[t]=oe(t)),(e.__a||={})[t]=l,a=t!=(t=t.replace(c,`$1`)),(t=t.slice(2))[0]<`a`&&(t=t.toLowerCase()),n?e.addEventListener(t,o,a):e.removeEventListener(t,o,a));else{if(i==`http://www.w3.org/2000/svg`)t=t.replace(/xlink(H|:h)/,`h`).replace(/sName$/,`s`);else if(t!=`width`&&t!=`height`&&t!=`href`&&t!=`list`&&t!=`form`&&t!=`tabIndex`&&t!=`download`&&t!=`rowSpan`&&t!=`colSpan`&&t!=`role`&&t!=`popover`&&t in e)try{e[t]=n??``;return}catch{}if(typeof n==`function`)return;n==null||!1===n&&t[4]!=`-`?e.removeAttribute(t):e.setAttribute(t,t==`popover`&&n==1?``:n)}}function oe(t){return function(n){var r=this.__e;if(r){if(r=r[t],n[s]==null)n[s]=l++;else if(n[s]<this.__a[t])return;return r(e.event?e.event(n):n)}}}function se(t,n,r,i,a,o,s,c,l,u){var f,m,g,y,b,w,T,E,D,te,ne,re,ie,ae,oe,se,O,k,A=n.type;if(n.constructor!==d)return null;128&r.__u&&(l=32&r.__u,f=r.__c.__z)&&(n.__u|=l,m=o=[],f.nodeType==8?c=ce(f,o):o.push(f),c=o[0]||c),(f=e.__b)&&f(n);n:if(typeof A==`function`){g=s.length;try{if(E=n.props,D=(f=A.prototype)&&f.render,te=(f=A.contextType)&&i[f.__c],ne=f?te?te.props.value:f.__:i,(y=r.__c)?(n.__c=y,2&y.__g&&(y.__g|=1)):(D?n.__c=y=new A(E,ne):(n.__c=y=new S(E,ne),y.constructor=A,y.render=fe),te&&te.sub(y),y.state||(y.state={}),y.__n=i,y.__g|=8,y.__h=[],y.__k=[]),D&&(y.__s||(y.__s=y.state),A.getDerivedStateFromProps&&(y.__s==y.state&&(y.__s=_({},y.__s)),_(y.__s,A.getDerivedStateFromProps(E,y.__s)))),b=y.props,w=y.state,y.__v=n,r.__c){if(E!==b&&D&&!A.getDerivedStateFromProps&&y.componentWillReceiveProps&&y.componentWillReceiveProps(E,ne),n.__v==r.__v&&!(8&y.__g)||!(4&y.__g)&&y.shouldComponentUpdate&&!1===y.shouldComponentUpdate(E,y.__s,ne)){n.__v!=r.__v&&(y.props=E,y.state=y.__s,y.__g&=-9),n.__e=r.__e,n.__k=r.__k,n.__k.some(function(e){e&&(e.__=n)}),p.push.apply(y.__h,y.__k),y.__k=[],y.__h.length&&s.push(y),c=C(r);break n}y.componentWillUpdate&&y.componentWillUpdate(E,y.__s,ne),D&&y.componentDidUpdate&&y.__h.push(function(){y.componentDidUpdate(b,w,T)})}else D&&!A.getDerivedStateFromProps&&y.componentWillMount&&y.componentWillMount(),D&&y.componentDidMount&&y.__h.push(y.componentDidMount);y.context=ne,y.props=E,y.__P=t,y.__g&=-5,re=e.__r,ie=D?25:0;do y.__g&=-9,re&&re(n),f=y.render(y.props,y.state=y.__s,y.context);while(8&y.__g&&++ie<25);D&&(p.push.apply(y.__h,y.__k),y.__k=[]),y.state=y.__s,y.getChildContext&&(i=_({},i,y.getChildContext())),D&&r.__c&&y.getSnapshotBeforeUpdate&&(T=y.getSnapshotBeforeUpdate(b,w)),ae=f&&f.type===x&&f.key==null?f.props.children:f,E.__P&&(f=c,a=(t=E.__P).namespaceURI,l=o=null,r.props&&r.props.__P!=t&&(r.__k.some(function(e){e&&de(e,e)}),r.__k=null),c=r.__k?C(r,0):null),c=ee(t,h(ae)?ae:[ae],n,r,i,a,o,s,c,l,u),E.__P&&(n.__e=null,c=f),n.__u&=-161,m&&m.some(v),y.__h.length&&s.push(y),1&y.__g&&(y.__g&=-4)}catch(t){if(s.length=g,n.__v=null,l||o){if(t&&t.then){if(n.__u|=128|l,o){for(~(O=o.indexOf(c||void 0))||(O=o.length);(k=o[O-1])&&k.nodeType==8;)O--;for(;O<o.length;O++)if(k=o[O]){if(o[O]=null,oe){if(k==se)break}else{if(k.nodeType!=8)break;k.data.startsWith(`$s`)&&(se=ce(oe=k))}}}if(!oe){for(;c&&c.nodeType==8&&c.nextSibling;)c=c.nextSibling;oe=c}(f=ce(oe=n.__c.__z||(n.__c.__z=oe)))?(n.__e=oe,c=f):n.__e=c,c&&=c.nextSibling}else o&&o.some(v)}else n.__e=r.__e;n.__k||=r.__k||[],t&&t.then||le(n),e.__e(t,n,r)}}else c=n.__e=ue(r.__e,n,r,i,a,o,s,l,u,t);return(f=e.diffed)&&f(n),c}function ce(e,t){if(e&&e.nodeType==8&&e.data.startsWith(`$s`))for(var n=1;e=e.nextSibling;){if(e.nodeType==8){if(e.data.startsWith(`$s`))n++;else if(e.data.startsWith(`/$s`)&&!--n)return e}t&&t.push(e)}}function le(e){e&&(e.__c&&(e.__c.__g|=4),e.__k&&e.__k.some(le))}function O(t,n,r){for(var i=0;i<r.length;)k(r[i++],r[i++],r[i++]);e.__c&&e.__c(n,t),t.some(function(n){try{t=n.__h,n.__h=[],t.some(function(e){e.call(n)})}catch(t){e.__e(t,n.__v)}})}function ue(t,n,r,i,a,o,s,c,l,u){var d,p,_,y,b,x,S,w,T=r.props||f,E=n.props,D=n.type;if(D==`svg`?a=`http://www.w3.org/2000/svg`:D==`math`?a=`http://www.w3.org/1998/Math/MathML`:a||=`http://www.w3.org/1999/xhtml`,o){for(d=0;d<o.length;d++)if((b=o[d])&&(D?b.localName==D:b.nodeType==3)){t=b,o[d]=null;break}}if(!t){if(w=u.ownerDocument||document,!D)return w.createTextNode(E);t=w.createElementNS(a,D,E.is?E:u),c&&=(e.__m&&e.__m(n,o),!1),o=null}if(D){if(u=D==`template`&&t.content||t,o=D==`textarea`&&E.defaultValue!=null?null:o&&g.call(u.childNodes),!c&&o)for(T={},d=0;d<t.attributes.length;d++)T[(b=t.attributes[d]).name]=b.value;for(d in T)b=T[d],d==`dangerouslySetInnerHTML`?_=b:d==`children`||d in E||d==`value`&&`defaultValue`in E||d==`checked`&&`defaultChecked`in E||ae(t,d,null,b,a);for(d in E)b=E[d],d==`children`?y=b:d==`dangerouslySetInnerHTML`?p=b:d==`value`?x=b:d==`checked`?S=b:c&&typeof b!=`function`||T[d]===b||ae(t,d,b,T[d],a);p?(c||_&&(p.__html==_.__html||p.__html==t.innerHTML)||(t.innerHTML=p.__html),n.__k=[]):(_&&(t.textContent=``),(D==`foreignObject`||a==`http://www.w3.org/1998/Math/MathML`&&m.test(D))&&(a=`http://www.w3.org/1999/xhtml`),ee(u,h(y)?y:[y],n,r,i,a,o,s,o?o[0]:r.__k&&C(r,0),c,l),o&&o.some(v)),c&&D!=`textarea`||(d=`value`,D==`progress`&&x==null?t.removeAttribute(d):x==null||x===t[d]&&(D!=`progress`||x)||ae(t,d,x,T[d],a),d=`checked`,S!=null&&S!=t[d]&&ae(t,d,S,T[d],a))}else T===E||c&&t.data==E||(t.data=E);return t}function k(t,n,r,i){try{typeof t==`function`?n?n.__x=t(n)||1:(i&&=i.__c||i.__e)&&(n=i.__x)&&(i.__x=null,typeof n==`function`?n():t(null)):t.current=n}catch(t){e.__e(t,r)}}function de(t,n,r){var i,a,o,s;if(e.unmount&&e.unmount(t),!(i=t.ref)||i.current&&i.current!=t.__e||k(i,null,n,t),i=t.__c){if(i.componentWillUnmount)try{i.componentWillUnmount()}catch(t){e.__e(t,n)}i.__P=i.__n=null}if(i=t.__k)for(s=0;s<i.length;s++)i[s]&&de(i[s],n,typeof t.type!=`function`||r&&!t.props.__P);!r&&(i=t.__c)&&(i=i.__z)&&(a=ce(i,o=[]))&&(i==t.__e&&o.some(v),v(a),v(i)),r||v(t.__e),t.__e=t.__c=t.__=null}function fe(e,t,n){return this.constructor(e,n)}function A(t,n){var r,i,a,o;e.__&&e.__(t,n),n.nodeType==9&&(n=n.documentElement),i=(r=t&&32&t.__u)?null:n.__k,n.__k=b(x,{children:[t]}),a=[],o=[],se(n,n.__k,i||f,f,n.namespaceURI,i?null:n.firstChild?g.call(n.childNodes):null,a,i?i.__e:n.firstChild,r,o),O(a,n.__k,o),n.__k.props.children=null}e={__e:function(e,t,n,r){for(var i,o,s;t=t.__;)if((i=t.__c)&&!(1&i.__g)){i.__g|=4;try{if((s=(o=i.constructor)&&o.getDerivedStateFromError)&&i.setState(o.getDerivedStateFromError(e)),i.componentDidCatch&&(i.componentDidCatch(e,r||{}),s=1),s&&8&i.__g)return void(i.__g|=2)}catch(t){e=t}}throw a=0,e}},t=0,n=function(e){return e!=null&&e.constructor===d},S.prototype.setState=function(e,t){var n=this.__s;n&&n!=this.state||(n=this.__s=_({},this.state)),typeof e==`function`&&(e=e(_({},n),this.props)),e&&(_(n,e),this.__v&&(t&&this.__k.push(t),E(this)))},S.prototype.forceUpdate=function(e){this.__v&&(this.__g|=4,e&&this.__h.push(e),E(this))},S.prototype.render=x,r=[],a=0,o=function(e,t){return e.__v.__b-t.__v.__b},s=Symbol(),c=/(PointerCapture)$|Capture$/i,l=0,u={};var pe,j,me,he,ge=Object.is,_e=0,ve=[],ye=[],M=e,be=M.__b,xe=M.__r,Se=M.diffed,Ce=M.__c,we=M.unmount,Te=M.__;function Ee(e,t){M.__h&&M.__h(j,e,_e||t),_e=0;var n=j.__H||(j.__H={__:[],__h:[]});return e>=n.__.length&&n.__.push({}),n.__[e]}function N(e){return _e=1,De(Re,e)}function De(e,t,n){var r=Ee(pe++,2);if(r.t=e,!r.__c&&(r.__=[n?n(t):Re(void 0,t),function(e){var t=(r.__N||r.__)[0],n=r.t(t,e);ge(t,n)||(r.__N=[n,r.__[1]],r.__c.setState({}))}],r.__c=j,!j.__f)){j.__f=!0;var i=j.shouldComponentUpdate;j.shouldComponentUpdate=function(e,t,n){var r=this.__H;if(!r)return!0;var a=!1,o=this.props!=e;if(r.__.some(function(e){e.__N&&(a=!0,ge(e.__[0],e.__N[0])||(o=!0))}),i){var s=i.call(this,e,t,n);return a?s||o:s}return!a||o}}return r.__}function P(e,t){var n=Ee(pe++,3);!M.__s&&Le(n.__H,t)&&(n.__P=!0,n.__=e,n.u=t,j.__H.__h.push(n))}function Oe(e,t){var n=Ee(pe++,4);!M.__s&&Le(n.__H,t)&&(n.__P=!1,n.__=e,n.u=t,j.__h.push(n))}function F(e){return _e=5,ke(function(){return{current:e}},[])}function ke(e,t){var n=Ee(pe++,7);return Le(n.__H,t)&&(n.__=e(),n.__H=t),n.__}function Ae(){var e=Ee(pe++,11);if(!e.__){for(var t=j.__v;!t.__m&&t.__;)t=t.__;var n=t.__m||(t.__m=[0,0]);e.__=`P`+n[0]+`-`+n[1]++}return e.__}function je(){var e;do{for(;e=ye.shift();)try{Fe(e)}catch(t){M.__e(t,{__:(e=e.__P)&&e.__v})}for(;e=ve.shift();){var t=e.__H;if(e.__P&&t)try{t.__h.some(Fe),t.__h.some(Ie),t.__h=[]}catch(n){t.__h=[],M.__e(n,e.__v)}}}while(ye.length)}M.__b=function(e){j=null,be&&be(e)},M.__=function(e,t){e&&t.__k&&t.__k.__m&&(e.__m=t.__k.__m),Te&&Te(e,t)},M.__r=function(e){xe&&xe(e),pe=0;var t=(j=e.__c).__H;t&&(me==j?j.__h=[]:(t.__h.some(Fe),t.__h.some(Ie),pe=0),t.__h=[],t.__.some(function(e){e.__N&&(e.__=e.__N),e.u=e.__N=void 0})),me=j},M.diffed=function(e){Se&&Se(e);var t=e.__c;t&&t.__H&&(t.__H.__h.length&&Pe(ve.push(t)),t.__H.__.some(function(e){e.u&&(e.__H=e.u)})),me=j=null},M.__c=function(e,t){t.some(function(e){try{e.__h.some(Fe),e.__h=e.__h.filter(function(e){return!e.__||Ie(e)})}catch(t){e.__h=[function(){throw t}]}}),Ce&&Ce(e,t)},M.unmount=function(e){we&&we(e);var t,n,r=e.__c;r&&r.__H&&(r.__H.__.some(function(r){try{if(r.__P&&r.__c){if(n===void 0){for(n=e.__;n&&(!n.__c||!n.__c.__P);)n=n.__;n&&=n.__c}r.__P=n,Pe(ye.push(r))}else Fe(r)}catch(e){t=e}}),r.__H=void 0,t&&M.__e(t,r.__v))};var Me=typeof requestAnimationFrame==`function`;function Ne(e){var t,n=function(){clearTimeout(r),Me&&cancelAnimationFrame(t),setTimeout(e)},r=setTimeout(n,35);Me&&(t=requestAnimationFrame(n))}function Pe(e){e!=1&&he==M.requestAnimationFrame||((he=M.requestAnimationFrame)||Ne)(je)}function Fe(e){var t=j,n=e.__c;typeof n==`function`&&(e.__c=void 0,n()),j=t}function Ie(e){var t=j;e.__c=e.__(),j=t}function Le(e,t){return!e||e.length!=t.length||t.some(function(t,n){return!ge(t,e[n])})}function Re(e,t){return typeof t==`function`?t(e):t}var ze=Symbol.for(`preact-signals`);function Be(){if(L>1)L--;else{var e,t=!1;for((function(){var e=Je;for(Je=void 0;e!==void 0;){var t=e.S;if(t.v===e.v)for(var n=t.t;n!==void 0;n=n.x)n.i===e.i&&(n.i=t.i);e=e.o}})();We!==void 0;){var n=We;for(We=void 0,Ge++;n!==void 0;){var r=n.u;if(n.u=void 0,n.f&=-3,!(8&n.f)&&Ze(n))try{n.c()}catch(n){t||=(e=n,!0)}n=r}}if(Ge=0,L--,t)throw e}}function Ve(e){if(L>0)return e();qe=++Ke,L++;try{return e()}finally{Be()}}var He,I=void 0;function Ue(e){var t=I,n=He;I=void 0,He=void 0;try{return e()}finally{I=t,He=n}}var We=void 0,L=0,Ge=0,Ke=0,qe=0,Je=void 0,Ye=0;function Xe(e){if(I!==void 0){var t=e.n;if(t===void 0||t.t!==I)return t={i:0,S:e,p:I.s,n:void 0,t:I,e:void 0,x:void 0,r:t},I.s!==void 0&&(I.s.n=t),I.s=t,e.n=t,32&I.f&&e.S(t),t;if(t.i===-1)return t.i=0,t.n!==void 0&&(t.n.p=t.p,t.p!==void 0&&(t.p.n=t.n),t.p=I.s,t.n=void 0,I.s.n=t,I.s=t),t}}function R(e,t){this.v=e,this.i=0,this.n=void 0,this.t=void 0,this.l=0,this.W=t?.watched,this.Z=t?.unwatched,this.name=t?.name}R.prototype.brand=ze,R.prototype.h=function(){return!0},R.prototype.S=function(e){var t=this,n=this.t;n!==e&&e.e===void 0&&(e.x=n,this.t=e,n===void 0?Ue(function(){var e;(e=t.W)==null||e.call(t)}):n.e=e)},R.prototype.U=function(e){var t=this;if(this.t!==void 0){var n=e.e,r=e.x;n!==void 0&&(n.x=r,e.e=void 0),r!==void 0&&(r.e=n,e.x=void 0),e===this.t&&(this.t=r,r===void 0&&Ue(function(){var e;(e=t.Z)==null||e.call(t)}))}},R.prototype.subscribe=function(e){var t=this;return ot(function(){var n=t.value;Ue(function(){return e(n)})},{name:`sub`})},R.prototype.valueOf=function(){return this.value},R.prototype.toString=function(){return this.value+``},R.prototype.toJSON=function(){return this.value},R.prototype.peek=function(){var e=this;return Ue(function(){return e.value})},Object.defineProperty(R.prototype,"value",{get:function(){var e=Xe(this);return e!==void 0&&(e.i=this.i),this.v},set:function(e){if(e!==this.v){if(Ge>100)throw Error(`Cycle detected`);(function(e){L!==0&&Ge===0&&e.l!==qe&&(e.l=qe,Je={S:e,v:e.v,i:e.i,o:Je})})(this),this.v=e,this.i++,Ye++,L++;try{for(var t=this.t;t!==void 0;t=t.x)t.t.N()}finally{Be()}}}});function z(e,t){return new R(e,t)}function Ze(e){for(var t=e.s;t!==void 0;t=t.n)if(t.S.i!==t.i||!t.S.h()||t.S.i!==t.i)return!0;return!1}function Qe(e){for(var t=e.s;t!==void 0;t=t.n){var n=t.S.n;if(n!==void 0&&(t.r=n),t.S.n=t,t.i=-1,t.n===void 0){e.s=t;break}}}function $e(e){for(var t=e.s,n=void 0;t!==void 0;){var r=t.p;t.i===-1?(t.S.U(t),r!==void 0&&(r.n=t.n),t.n!==void 0&&(t.n.p=r)):n=t,t.S.n=t.r,t.r!==void 0&&(t.r=void 0),t=r}e.s=n}function et(e,t){R.call(this,void 0,t),this.x=e,this.s=void 0,this.g=Ye-1,this.f=4}et.prototype=new R,et.prototype.h=function(){if(this.f&=-3,1&this.f)return!1;if((36&this.f)==32||(this.f&=-5,this.g===Ye))return!0;if(this.g=Ye,this.f|=1,this.i>0&&!Ze(this))return this.f&=-2,!0;var e=I;try{Qe(this),I=this;var t=this.x();(16&this.f||this.v!==t||this.i===0)&&(this.v=t,this.f&=-17,this.i++)}catch(e){this.v=e,this.f|=16,this.i++}return I=e,$e(this),this.f&=-2,!0},et.prototype.S=function(e){if(this.t===void 0){this.f|=36;for(var t=this.s;t!==void 0;t=t.n)t.S.S(t)}R.prototype.S.call(this,e)},et.prototype.U=function(e){if(this.t!==void 0&&(R.prototype.U.call(this,e),this.t===void 0)){this.f&=-33;for(var t=this.s;t!==void 0;t=t.n)t.S.U(t)}},et.prototype.N=function(){if(!(2&this.f)){this.f|=6;for(var e=this.t;e!==void 0;e=e.x)e.t.N()}},Object.defineProperty(et.prototype,"value",{get:function(){if(1&this.f)throw Error(`Cycle detected`);var e=Xe(this);if(this.h(),e!==void 0&&(e.i=this.i),16&this.f)throw this.v;return this.v}});function tt(e,t){return new et(e,t)}function nt(e){var t=e.j;if(e.j=void 0,typeof t==`function`){L++;var n=I;I=void 0;try{t()}catch(t){throw e.f&=-2,e.f|=8,rt(e),t}finally{I=n,Be()}}}function rt(e){for(var t=e.s;t!==void 0;t=t.n)t.S.U(t);e.x=void 0,e.s=void 0,nt(e)}function it(e){if(I!==this)throw Error(`Out-of-order effect`);$e(this),I=e,this.f&=-2;try{8&this.f&&rt(this)}finally{Be()}}function at(e,t){this.x=e,this.j=void 0,this.s=void 0,this.u=void 0,this.f=32,this.name=t?.name,He&&He.push(this)}at.prototype.c=function(){var e=this.S();try{if(8&this.f||this.x===void 0)return;var t=this.x();typeof t==`function`&&(this.j=t)}finally{e()}},at.prototype.S=function(){if(1&this.f)throw Error(`Cycle detected`);this.f|=1,this.f&=-9,nt(this),Qe(this),L++;var e=I;return I=this,it.bind(this,e)},at.prototype.N=function(){2&this.f||(this.f|=2,this.u=We,We=this)},at.prototype.d=function(){this.f|=8,1&this.f||rt(this)},at.prototype.dispose=function(){this.d()};function ot(e,t){var n=new at(e,t);try{n.c()}catch(e){throw n.d(),e}var r=n.d.bind(n);return r[Symbol.dispose]=r,r}var st,ct,lt=typeof window<`u`&&!!window.__PREACT_SIGNALS_DEVTOOLS__,ut=[];ot(function(){st=this.N})();function dt(t,n){e[t]=n.bind(null,e[t]||function(){})}function ft(e){if(ct){var t=ct;ct=void 0,t()}ct=e&&e.S()}function pt(e){var t=this,r=e.data,i=ht(r);i.name=`ReactiveDom`,i.value=r;var a=ke(function(){for(var e=t,r=t.__v;r=r.__;)if(r.__c){r.__c.__$f|=4;break}var a=tt(function(){var e=i.value.value;return e===0?0:!0===e?``:e||``}),o=tt(function(){return!Array.isArray(a.value)&&!n(a.value)}),s=ot(function(){if(this.N=vt,o.value){var t=a.value;e.__v&&e.__v.__e&&e.__v.__e.nodeType===3&&(e.__v.__e.data=t)}}),c=t.__$u.d;return t.__$u.d=function(){s(),c.call(this)},[o,a]},[]),o=a[0],s=a[1];return o.value?s.peek():s.value}pt.displayName=`ReactiveTextNode`,Object.defineProperties(R.prototype,{constructor:{configurable:!0,value:y(x,null).constructor},type:{configurable:!0,value:pt},props:{configurable:!0,get:function(){var e=this;return{data:{get value(){return e.value}}}}},__b:{configurable:!0,value:1}}),dt(`__b`,function(e,t){if(ft(),typeof t.type==`string`){var n,r=t.props;for(var i in r)if(i!==`children`){var a=r[i];a instanceof R&&(n||(t.__np=n={}),n[i]=a,r[i]=a.peek())}}e(t)}),dt(`__r`,function(e,t){if(e(t),t.type!==x){ft();var n,r=t.__c;r&&(r.__$f&=-2,(n=r.__$u)===void 0&&(r.__$u=n=function(e,t){var n;return ot(function(){n=this},{name:t}),n.c=e,n}(function(e){return function(){var t;lt&&((t=this.y)==null||t.call(this)),e.__$f|=1,e.setState({})}}(r),typeof t.type==`function`?t.type.displayName||t.type.name:``))),ft(n)}}),dt(`__e`,function(e,t,n,r){ft(),e(t,n,r)}),dt(`diffed`,function(e,t){ft();var n;if(typeof t.type==`string`&&(n=t.__e)){var r=t.__np,i=t.props,a=n.U;if(a)for(var o in a){var s=a[o];s===void 0||r&&o in r||(s.d(),a[o]=void 0)}if(r)for(var c in a||(a={},n.U=a),r){var l=a[c],u=r[c];l===void 0?(l=mt(n,c,u,i),a[c]=l):l.o(u,i)}}e(t)});function mt(e,t,n,r){var i=t in e&&e.ownerSVGElement===void 0,a=z(n);return{o:function(e,t){a.value=e,r=t},d:ot(function(){this.N=vt;var n=a.value.value;r[t]!==n&&(r[t]=n,i?e[t]=n:n!=null&&(!1!==n||t[4]===`-`)?e.setAttribute(t,n):e.removeAttribute(t))})}}dt(`unmount`,function(e,t){if(typeof t.type==`string`){var n=t.__e;if(n){var r=n.U;if(r)for(var i in n.U=void 0,r){var a=r[i];a&&a.d()}}var o=t.__np;if(o){var s=t.props;for(var c in o)s[c]=o[c]}t.__np=void 0}else{var l=t.__c;if(l){l.__$f|=8;var u=l.__$u;u&&(l.__$u=void 0,u.d())}}e(t)}),dt(`__h`,function(e,t,n,r){r<3&&(t.__$f|=2),e(t,n,r)}),S.prototype.shouldComponentUpdate=function(e,t){if(this.__R)return!0;var n=this.__$u,r=n&&n.s!==void 0;for(var i in t)return!0;if(this.__f||typeof this.u==`boolean`&&!0===this.u){var a=2&this.__$f;if(!(r||a||4&this.__$f)||1&this.__$f)return!0}else if(!(r||4&this.__$f)||3&this.__$f)return!0;for(var o in e)if(o!==`__source`&&e[o]!==this.props[o])return!0;for(var s in this.props)if(!(s in e))return!0;return!1};function ht(e,t){return ke(function(){return z(e,t)},[])}var gt=function(e){queueMicrotask(function(){queueMicrotask(e)})};function _t(){Ve(function(){for(var e;e=ut.shift();)st.call(e)})}function vt(){ut.push(this)===1&&(e.requestAnimationFrame||gt)(_t)}var yt=[[0,0,4],[31,12,72],[85,15,109],[136,34,106],[186,54,85],[227,89,51],[249,140,10],[249,201,50],[252,255,164]],bt=(()=>{let e=new Uint8ClampedArray(1024);for(let t=0;t<256;t++){let n=t/255*(yt.length-1),r=Math.min(Math.floor(n),yt.length-2),i=yt[r],a=yt[r+1];for(let o=0;o<3;o++)e[4*t+o]=i[o]+(n-r)*(a[o]-i[o]);e[4*t+3]=255}return e})();function xt(e){return e.xy.length>>1}function St(e){let{xy:t}=e,n=xt(e),r=new Float64Array(Math.max(0,n-1)*4);if(n<2)return r;let i=e=>t[e],a=new Float64Array(n-1);for(let e=0;e<n-1;e++){let t=Math.hypot(i(2*e+2)-i(2*e),i(2*e+3)-i(2*e+1));a[e]=Math.sqrt(Math.max(t,1e-12))}let o=(e,t)=>{let n=a[e-1],r=a[e],o=(i(2*e+t)-i(2*e-2+t))/n,s=(i(2*e+2+t)-i(2*e+t))/r;return(o*r+s*n)/(n+r)};for(let e=0;e<n-1;e++){let t=a[e]/3,s=e===0,c=e===n-2;for(let n of[0,1]){let a=i(2*e+n),l=i(2*e+2+n),u=s?a:a+o(e,n)*t,d=c?l:l-o(e+1,n)*t;s&&c?(u=a+(l-a)/3,d=l-(l-a)/3):s?u=a+(l+1.5*(d-l)-a)*(2/3):c&&(d=l+(a+1.5*(u-a)-l)*(2/3)),r[4*e+n]=u,r[4*e+2+n]=d}}return r}var Ct={thin:1,angle:0,gain:1,slowing:0,taper:1},wt={ballpoint:Ct,fountain:{thin:.42,angle:-38,gain:1.3,slowing:.28,taper:.72},felt:{...Ct,slowing:.16},pencil:{thin:.85,angle:-45,gain:1,slowing:.2,taper:.75}};function Tt(e,t){let n=wt[t.kind],r=e.map(e=>new Float64Array(xt(e)).fill(t.width));if(n===Ct)return r;let i=Ot(e);return e.forEach((e,a)=>{let o=r[a],s=i[a];for(let t=0;t<o.length;t++)o[t]=o[t]*Dt(e,t,n)*s[t]**n.slowing;At(o),At(o),jt(e,o,n.taper,1.5*t.width)}),r}function Et(e,t){let n=Math.max(t-1,0),r=Math.min(t+1,xt(e)-1),{xy:i}=e;return[i[2*r]-i[2*n],i[2*r+1]-i[2*n+1]]}function Dt(e,t,n){if(n.thin===1)return 1;let[r,i]=Et(e,t),a=n.angle*Math.PI/180,o=i*Math.cos(a)-r*Math.sin(a),s=r*Math.cos(a)+i*Math.sin(a),c=Math.hypot(o,s);return c<1e-9?n.gain*(1+n.thin)/2:n.gain*Math.hypot(o,n.thin*s)/c}function Ot(e){let t=e.every(e=>e.time!==void 0),n=e.map(e=>{let n=xt(e),r=new Float64Array(n).fill(-1);for(let i=0;i<n;i++){let a=Math.max(i-1,0),o=Math.min(i+1,n-1),s=t&&e.time?e.time[o]-e.time[a]:o-a;s>0&&(r[i]=Math.hypot(...Et(e,i))/s)}return r}),r=kt(n.flatMap(e=>[...e]).filter(e=>e>=0)),i=e.flatMap(e=>e.pressure??[]),a=Math.max(i.reduce((e,t)=>e+t,0)/Math.max(i.length,1),1e-6);return e.map((e,t)=>n[t].map((t,n)=>{let i=e.pressure?.[n];return i===void 0?t<0||r<=0?1:1.5/(t/r+.5):(i/a*.8+.2)**2}))}function kt(e){if(e.length===0)return 0;e.sort((e,t)=>e-t);let t=e.length>>1,n=e[t];return e.length%2?n:(e[t-1]+n)/2}function At(e){let t=e[0]??0;for(let n=0;n<e.length;n++){let r=e[n],i=e[n+1]??r;e[n]=(t+2*r+i)/4,t=r}}function jt(e,t,n,r){if(n>=1)return;let{xy:i}=e,a=new Float64Array(t.length);for(let e=1;e<t.length;e++){let t=i[2*e]-i[2*e-2],n=i[2*e+1]-i[2*e-1];a[e]=a[e-1]+Math.hypot(t,n)}let o=a[t.length-1]??0;if(o<r/2)return;let s=Math.min(r,Math.max(o/2,1e-9));for(let e=0;e<t.length;e++){let r=Math.min(a[e],o-a[e]);t[e]=t[e]*(n+(1-n)*Math.sqrt(Math.min(r/s,1)))}}function Mt(e,t,n,r,i,a){let{xy:o}=t;if(e.lineCap=`round`,e.lineJoin=`round`,xt(t)===1){e.beginPath(),e.arc(o[0],o[1],n[0]/2,0,2*Math.PI),e.fill();return}let s=St(t);if(n.every(e=>e===n[0])){e.lineWidth=n[0],e.beginPath(),e.moveTo(o[2*r],o[2*r+1]);for(let t=r;t<i;t++)e.bezierCurveTo(...s.subarray(4*t,4*t+4),o[2*t+2],o[2*t+3]);e.stroke()}else for(let t=r;t<i;t++){let[r,i]=[o[2*t],o[2*t+1]],[c,l]=[o[2*t+2],o[2*t+3]],[u,d]=[s[4*t],s[4*t+1]],[f,p]=[s[4*t+2],s[4*t+3]],m=Math.hypot(c-r,l-i),h=Math.max(1,Math.min(12,Math.ceil(m/(3*a)))),[g,_]=[n[t],n[t+1]],[v,y]=[r,i];for(let t=1;t<=h;t++){let n=t/h,a=1-n,[o,s,m,b]=[a*a*a,3*a*a*n,3*a*n*n,n*n*n],x=o*r+s*u+m*f+b*c,S=o*i+s*d+m*p+b*l;e.lineWidth=g+(_-g)*(n-.5/h),e.beginPath(),e.moveTo(v,y),e.lineTo(x,S),e.stroke(),[v,y]=[x,S]}}}function Nt(e,t,n,r,i){e.strokeStyle=e.fillStyle=r;let a=Tt(t,n);t.forEach((t,n)=>{let r=xt(t);r&&Mt(e,t,a[n],0,r-1,i)})}var B=96;function Pt(e,t){let n=document.createElement(`canvas`);n.width=n.height=B;let r=n.getContext(`2d`);if(!r)return;let i=r.createImageData(B,B),a=7,o=Float32Array.from({length:9216},()=>(a=Math.imul(a,1664525)+1013904223>>>0,a/2**32)),s=(e,t)=>o[(t+B)%B*B+(e+B)%B];for(let e=0;e<B;e++)for(let t=0;t<B;t++){let n=(s(t,e)+s(t-1,e)+s(t,e-1)+s(t-1,e-1))/4,r=Math.min(1,Math.max(0,.2+1.5*n));i.data[4*(e*B+t)+3]=Math.round(255*(1-r))}r.putImageData(i,0,0);let c=e.createPattern(n,`repeat`);c&&(c.setTransform(new DOMMatrix().scale(6/B*t)),e.save(),e.setTransform(1,0,0,1,0,0),e.globalCompositeOperation=`destination-out`,e.fillStyle=c,e.fillRect(0,0,e.canvas.width,e.canvas.height),e.restore())}function Ft(e){return{...e,arrived:[],drawn:0,growing:{strokes:[],down:!1},weights:[],characters:[...e.text,` `],exact:!0,ink:null,settled:!1}}function It(e){return e.arrived.length>>2}function Lt(e){e.arrived=[],e.drawn=0,e.growing={strokes:[],down:!1},e.weights=[]}function Rt(e){let[t,n,r,i]=[1/0,1/0,-1/0,-1/0];for(let{xy:a}of e)for(let e=0;e<a.length;e+=2)t=Math.min(t,a[e]),r=Math.max(r,a[e]),n=Math.min(n,a[e+1]),i=Math.max(i,a[e+1]);return r>=t?[t,n,r,i]:null}function zt(e,t){let n=new Set,{growing:r,arrived:i}=e,a=Math.min(e.drawn+t,It(e));for(let t=e.drawn;t<a;t++){r.down||r.strokes.push({xy:[],time:[]});let e=r.strokes.length-1,a=r.strokes[e];a?.xy.push(i[4*t],i[4*t+1]),a?.time.push(i[4*t+2]),r.down=i[4*t+3]===0,n.add(e)}return e.drawn=a,[...n]}function Bt(e,t){return e.lines.filter(e=>e.page===t)}var Vt=Symbol.for(`pv`),Ht=0;Array.isArray;function V(t,n,r,i,a,o){n||={};var s,c,l=n;if(`ref`in l&&typeof t!=`function`)for(c in l={},n)c==`ref`?s=n[c]:l[c]=n[c];var u={type:t,props:l,key:r,ref:s,__k:null,__:null,__b:0,__e:null,__c:null,constructor:Vt,__v:--Ht,__i:-1,__u:0};return(a||o)&&(u.__source=a,u.__self=o),e.vnode&&e.vnode(u),u}var H=28,[Ut,Wt]=[216,11],Gt=9,Kt=64,qt=13;function Jt(e,t){return e.settled?t:Math.max(t,qt*e.characters.length)}function Yt(e,t){let n=e.weights[t];if(!n)return{place:0,share:0};let r=0,i=0;return n.forEach((e,t)=>{i+=e,e>n[r]&&(r=t)}),{place:r,share:i?n[r]/i:0}}function Xt(e,t){let n=e.characters.length;if(t<1||n<1)return null;let r=new ImageData(t,n);for(let i=0;i<t;i++){let a=e.weights[i],o=1;a?.forEach(e=>{o=Math.max(o,e)});for(let e=0;e<n;e++){let n=Math.round(255*(a?.[e]??0)/o);r.data.set(bt.subarray(4*n,4*n+4),4*(e*t+i))}}return r}function Zt(e){let{line:t}=e,n=F(null),r=F(null),[i,a]=N(null),[o,s]=N(0),[c,l]=N(0),u=t?t.characters.length:0,d=Math.min(u*Wt,Ut)+2;if(P(()=>{let e=r.current?.parentElement;if(!e)return;let t=new ResizeObserver(()=>s(e.clientWidth));return t.observe(e),()=>t.disconnect()},[t===null]),P(()=>a(null),[t]),P(()=>!t||o<40?void 0:e.grown.subscribe(()=>{let a=t.settled?t.weights.length:Math.min(t.drawn,t.weights.length);l(a),n.current&&$t(n.current,t,o,e.pen,e.colour,i),r.current&&en(r.current,t,a,o,d,i)}),[t,o,d,i,e.pen,e.colour,e.dark]),!t)return V(`p`,{class:`empty`,children:`Here you see what the network attends to, letter by letter, while it writes a line.`});let f=i===null?null:Math.min(i,c-1),p=f===null||f<0?null:Yt(t,f),m=p&&f!==null?`Point ${f+1} of ${c}: on ${(e=>{let n=t.characters[e]??``;return n===` `?`the space`:`“${n}”`})(p.place)}, ${Math.round(100*p.share)} %`:`${c} points, ${u} characters${t.exact?``:`; mended afterwards: its alignment alone`}`,h=e=>{let n=r.current;if(!n||c===0)return;let i=(e.clientX-n.getBoundingClientRect().left-H)/(n.clientWidth-H);a(Math.min(c-1,Math.max(0,Math.floor(i*Jt(t,c)))))};return V(`div`,{class:`attention`,children:[V(`p`,{class:`about`,children:[V(`b`,{children:[`“`,t.text,`”`]}),` `,V(`span`,{children:m})]}),V(`canvas`,{ref:n,class:`line-ink`,"aria-hidden":`true`,style:{height:`${Kt}px`}}),V(`canvas`,{ref:r,class:`heat`,style:{height:`${d}px`},role:`slider`,tabIndex:0,"aria-label":`Attention along the line “${t.text}”`,"aria-valuemin":1,"aria-valuemax":Math.max(c,1),"aria-valuenow":f===null?1:f+1,"aria-valuetext":m,onPointerMove:h,onPointerDown:h,onPointerLeave:()=>a(null),onBlur:()=>a(null),onKeyDown:e=>{let t=f??-1,n={ArrowLeft:t-1,ArrowRight:t+1,PageDown:t+20,PageUp:t-20,Home:0,End:c-1}[e.key];n!==void 0&&c!==0&&(e.preventDefault(),a(Math.min(c-1,Math.max(0,n))))}})]})}function Qt(e,t,n){let r=Math.min(devicePixelRatio||1,3);e.width=Math.round(t*r),e.height=Math.round(n*r);let i=e.getContext(`2d`);return i?.setTransform(r,0,0,r,0,0),i}function $t(e,t,n,r,i,a){let o=Qt(e,n,Kt);if(!o)return;let[s,c,l,u]=t.box,d=n-H-12,f=Math.min(d/(l-s),56/(u-c)),p=t.settled&&t.ink?t.ink:t.growing.strokes;if(o.translate(34,Kt/2),o.scale(f,f),o.translate(-s,-(c+u)/2),Nt(o,p,r,i,1/(f*Math.min(devicePixelRatio||1,3))),a===null)return;let m=a;for(let t of p){let n=t.xy.length>>1;if(m<n){o.fillStyle=getComputedStyle(e).getPropertyValue(`--mark`),o.beginPath(),o.arc(t.xy[2*m],t.xy[2*m+1],4/f,0,7),o.fill();return}m-=n}}function en(e,t,n,r,i,a){let o=Qt(e,r,i);if(!o)return;let s=getComputedStyle(e),c=Xt(t,n);if(o.fillStyle=`rgb(0, 0, 4)`,o.fillRect(H,1,r-H,i-2),c){let e=document.createElement(`canvas`);e.width=c.width,e.height=c.height,e.getContext(`2d`)?.putImageData(c,0,0),o.imageSmoothingEnabled=!1;let a=n/Jt(t,n);o.drawImage(e,H,1,(r-H)*a,i-2)}let l=a===null||a>=n?null:Yt(t,a).place,u=(i-2)/t.characters.length;if(o.font=`${Gt}px ${s.fontFamily}`,o.textAlign=`center`,o.textBaseline=`middle`,t.characters.forEach((e,t)=>{o.fillStyle=t===l?s.getPropertyValue(`--accent`):s.color;let n=u<Gt?(t%2?.7:.25)*H:H/2;o.fillText(e===` `?`␣`:e,n,1+(t+.5)*u)}),a!==null&&a<n){o.fillStyle=`rgb(255 255 255 / 0.55)`;let e=H+(a+.5)/Jt(t,n)*(r-H);o.fillRect(e-.75,1,1.5,i-2)}}var tn={check:`<!-- @license lucide-static v1.62.0 - ISC -->
<svg
  class="lucide lucide-check"
  xmlns="http://www.w3.org/2000/svg"
  width="24"
  height="24"
  viewBox="0 0 24 24"
  fill="none"
  stroke="currentColor"
  stroke-width="2"
  stroke-linecap="round"
  stroke-linejoin="round"
>
  <path d="M20 6 9 17l-5-5" />
</svg>
`,"chevron-down":`<!-- @license lucide-static v1.62.0 - ISC -->
<svg
  class="lucide lucide-chevron-down"
  xmlns="http://www.w3.org/2000/svg"
  width="24"
  height="24"
  viewBox="0 0 24 24"
  fill="none"
  stroke="currentColor"
  stroke-width="2"
  stroke-linecap="round"
  stroke-linejoin="round"
>
  <path d="m6 9 6 6 6-6" />
</svg>
`,"circle-alert":`<!-- @license lucide-static v1.62.0 - ISC -->
<svg
  class="lucide lucide-circle-alert"
  xmlns="http://www.w3.org/2000/svg"
  width="24"
  height="24"
  viewBox="0 0 24 24"
  fill="none"
  stroke="currentColor"
  stroke-width="2"
  stroke-linecap="round"
  stroke-linejoin="round"
>
  <circle cx="12" cy="12" r="10" />
  <line x1="12" x2="12" y1="8" y2="12" />
  <line x1="12" x2="12.01" y1="16" y2="16" />
</svg>
`,copy:`<!-- @license lucide-static v1.62.0 - ISC -->
<svg
  class="lucide lucide-copy"
  xmlns="http://www.w3.org/2000/svg"
  width="24"
  height="24"
  viewBox="0 0 24 24"
  fill="none"
  stroke="currentColor"
  stroke-width="2"
  stroke-linecap="round"
  stroke-linejoin="round"
>
  <rect width="14" height="14" x="8" y="8" rx="2" ry="2" />
  <path d="M4 16c-1.1 0-2-.9-2-2V4c0-1.1.9-2 2-2h10c1.1 0 2 .9 2 2" />
</svg>
`,dices:`<!-- @license lucide-static v1.62.0 - ISC -->
<svg
  class="lucide lucide-dices"
  xmlns="http://www.w3.org/2000/svg"
  width="24"
  height="24"
  viewBox="0 0 24 24"
  fill="none"
  stroke="currentColor"
  stroke-width="2"
  stroke-linecap="round"
  stroke-linejoin="round"
>
  <rect width="12" height="12" x="2" y="10" rx="2" ry="2" />
  <path d="m17.92 14 3.5-3.5a2.24 2.24 0 0 0 0-3l-5-4.92a2.24 2.24 0 0 0-3 0L10 6" />
  <path d="M6 18h.01" />
  <path d="M10 14h.01" />
  <path d="M15 6h.01" />
  <path d="M18 9h.01" />
</svg>
`,download:`<!-- @license lucide-static v1.62.0 - ISC -->
<svg
  class="lucide lucide-download"
  xmlns="http://www.w3.org/2000/svg"
  width="24"
  height="24"
  viewBox="0 0 24 24"
  fill="none"
  stroke="currentColor"
  stroke-width="2"
  stroke-linecap="round"
  stroke-linejoin="round"
>
  <path d="M12 15V3" />
  <path d="M21 15v4a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2v-4" />
  <path d="m7 10 5 5 5-5" />
</svg>
`,feather:`<!-- @license lucide-static v1.62.0 - ISC -->
<svg
  class="lucide lucide-feather"
  xmlns="http://www.w3.org/2000/svg"
  width="24"
  height="24"
  viewBox="0 0 24 24"
  fill="none"
  stroke="currentColor"
  stroke-width="2"
  stroke-linecap="round"
  stroke-linejoin="round"
>
  <path d="M14.086 18.412A2 2 0 0112.67 19H5v-7.672a2 2 0 01.586-1.414L11.75 3.75a6 6 0 118.49 8.49z" />
  <path d="M16 8 2 22" />
  <path d="M17.488 15H9" />
</svg>
`,"file-text":`<!-- @license lucide-static v1.62.0 - ISC -->
<svg
  class="lucide lucide-file-text"
  xmlns="http://www.w3.org/2000/svg"
  width="24"
  height="24"
  viewBox="0 0 24 24"
  fill="none"
  stroke="currentColor"
  stroke-width="2"
  stroke-linecap="round"
  stroke-linejoin="round"
>
  <path d="M6 22a2 2 0 0 1-2-2V4a2 2 0 0 1 2-2h8a2.4 2.4 0 0 1 1.704.706l3.588 3.588A2.4 2.4 0 0 1 20 8v12a2 2 0 0 1-2 2z" />
  <path d="M14 2v5a1 1 0 0 0 1 1h5" />
  <path d="M10 9H8" />
  <path d="M16 13H8" />
  <path d="M16 17H8" />
</svg>
`,highlighter:`<!-- @license lucide-static v1.62.0 - ISC -->
<svg
  class="lucide lucide-highlighter"
  xmlns="http://www.w3.org/2000/svg"
  width="24"
  height="24"
  viewBox="0 0 24 24"
  fill="none"
  stroke="currentColor"
  stroke-width="2"
  stroke-linecap="round"
  stroke-linejoin="round"
>
  <path d="m9 11-6 6v3h9l3-3" />
  <path d="m22 12-4.6 4.6a2 2 0 0 1-2.8 0l-5.2-5.2a2 2 0 0 1 0-2.8L14 4" />
</svg>
`,library:`<!-- @license lucide-static v1.62.0 - ISC -->
<svg
  class="lucide lucide-library"
  xmlns="http://www.w3.org/2000/svg"
  width="24"
  height="24"
  viewBox="0 0 24 24"
  fill="none"
  stroke="currentColor"
  stroke-width="2"
  stroke-linecap="round"
  stroke-linejoin="round"
>
  <path d="m16 6 4 14" />
  <path d="M12 6v14" />
  <path d="M8 8v12" />
  <path d="M4 4v16" />
</svg>
`,minus:`<!-- @license lucide-static v1.62.0 - ISC -->
<svg
  class="lucide lucide-minus"
  xmlns="http://www.w3.org/2000/svg"
  width="24"
  height="24"
  viewBox="0 0 24 24"
  fill="none"
  stroke="currentColor"
  stroke-width="2"
  stroke-linecap="round"
  stroke-linejoin="round"
>
  <path d="M5 12h14" />
</svg>
`,moon:`<!-- @license lucide-static v1.62.0 - ISC -->
<svg
  class="lucide lucide-moon"
  xmlns="http://www.w3.org/2000/svg"
  width="24"
  height="24"
  viewBox="0 0 24 24"
  fill="none"
  stroke="currentColor"
  stroke-width="2"
  stroke-linecap="round"
  stroke-linejoin="round"
>
  <path d="M20.985 12.486a9 9 0 1 1-9.473-9.472c.405-.022.617.46.402.803a6 6 0 0 0 8.268 8.268c.344-.215.825-.004.803.401" />
</svg>
`,pause:`<!-- @license lucide-static v1.62.0 - ISC -->
<svg
  class="lucide lucide-pause"
  xmlns="http://www.w3.org/2000/svg"
  width="24"
  height="24"
  viewBox="0 0 24 24"
  fill="none"
  stroke="currentColor"
  stroke-width="2"
  stroke-linecap="round"
  stroke-linejoin="round"
>
  <rect x="14" y="3" width="5" height="18" rx="1" />
  <rect x="5" y="3" width="5" height="18" rx="1" />
</svg>
`,"pen-line":`<!-- @license lucide-static v1.62.0 - ISC -->
<svg
  class="lucide lucide-pen-line"
  xmlns="http://www.w3.org/2000/svg"
  width="24"
  height="24"
  viewBox="0 0 24 24"
  fill="none"
  stroke="currentColor"
  stroke-width="2"
  stroke-linecap="round"
  stroke-linejoin="round"
>
  <path d="M13 21h8" />
  <path d="M21.174 6.812a1 1 0 0 0-3.986-3.987L3.842 16.174a2 2 0 0 0-.5.83l-1.321 4.352a.5.5 0 0 0 .623.622l4.353-1.32a2 2 0 0 0 .83-.497z" />
</svg>
`,"pen-tool":`<!-- @license lucide-static v1.62.0 - ISC -->
<svg
  class="lucide lucide-pen-tool"
  xmlns="http://www.w3.org/2000/svg"
  width="24"
  height="24"
  viewBox="0 0 24 24"
  fill="none"
  stroke="currentColor"
  stroke-width="2"
  stroke-linecap="round"
  stroke-linejoin="round"
>
  <path d="m18 13-.654-4.736a4 4 0 00-2.756-3.266l-9.163-2.9a2 2 0 00-2.017.493l-.82.819a2 2 0 00-.492 2.017l2.9 9.163a4 4 0 003.266 2.756L13 18" />
  <path d="M18.648 12.352a1.205 1.205 0 011.704 0l1.296 1.296a1.205 1.205 0 010 1.704l-6.296 6.296a1.205 1.205 0 01-1.704 0l-1.296-1.296a1.205 1.205 0 010-1.704z" />
  <path d="m3 3 6.586 6.586" />
  <circle cx="11" cy="11" r="2" />
</svg>
`,pencil:`<!-- @license lucide-static v1.62.0 - ISC -->
<svg
  class="lucide lucide-pencil"
  xmlns="http://www.w3.org/2000/svg"
  width="24"
  height="24"
  viewBox="0 0 24 24"
  fill="none"
  stroke="currentColor"
  stroke-width="2"
  stroke-linecap="round"
  stroke-linejoin="round"
>
  <path d="M21.174 6.812a1 1 0 0 0-3.986-3.987L3.842 16.174a2 2 0 0 0-.5.83l-1.321 4.352a.5.5 0 0 0 .623.622l4.353-1.32a2 2 0 0 0 .83-.497z" />
  <path d="m15 5 4 4" />
</svg>
`,play:`<!-- @license lucide-static v1.62.0 - ISC -->
<svg
  class="lucide lucide-play"
  xmlns="http://www.w3.org/2000/svg"
  width="24"
  height="24"
  viewBox="0 0 24 24"
  fill="none"
  stroke="currentColor"
  stroke-width="2"
  stroke-linecap="round"
  stroke-linejoin="round"
>
  <path d="M5 5a2 2 0 0 1 3.008-1.728l11.997 6.998a2 2 0 0 1 .003 3.458l-12 7A2 2 0 0 1 5 19z" />
</svg>
`,plus:`<!-- @license lucide-static v1.62.0 - ISC -->
<svg
  class="lucide lucide-plus"
  xmlns="http://www.w3.org/2000/svg"
  width="24"
  height="24"
  viewBox="0 0 24 24"
  fill="none"
  stroke="currentColor"
  stroke-width="2"
  stroke-linecap="round"
  stroke-linejoin="round"
>
  <path d="M5 12h14" />
  <path d="M12 5v14" />
</svg>
`,refresh:`<!-- @license lucide-static v1.62.0 - ISC -->
<svg
  class="lucide lucide-refresh-cw"
  xmlns="http://www.w3.org/2000/svg"
  width="24"
  height="24"
  viewBox="0 0 24 24"
  fill="none"
  stroke="currentColor"
  stroke-width="2"
  stroke-linecap="round"
  stroke-linejoin="round"
>
  <path d="M3 12a9 9 0 0 1 9-9 9.75 9.75 0 0 1 6.74 2.74L21 8" />
  <path d="M21 3v5h-5" />
  <path d="M21 12a9 9 0 0 1-9 9 9.75 9.75 0 0 1-6.74-2.74L3 16" />
  <path d="M8 16H3v5" />
</svg>
`,scriptorium:`<svg xmlns="http://www.w3.org/2000/svg" width="256" height="256" viewBox="0 0 256 256">
  <title>Scriptorium</title>
  <defs>
    <linearGradient id="ground" x1="0" y1="0" x2="0" y2="1">
      <stop offset="0" stop-color="#3a63dc"/>
      <stop offset="1" stop-color="#2344a8"/>
    </linearGradient>
    <linearGradient id="sheet" x1="0" y1="0" x2="0" y2="1">
      <stop offset="0" stop-color="#ffffff"/>
      <stop offset="1" stop-color="#f1eee6"/>
    </linearGradient>
  </defs>
  <rect x="12" y="12" width="232" height="232" rx="52" fill="url(#ground)"/>
  <path d="M62 50h104l30 30v118a10 10 0 0 1-10 10H62a10 10 0 0 1-10-10V60a10 10 0 0 1 10-10z" fill="#12246a" opacity=".28" transform="translate(0 6)"/>
  <path d="M62 46h104l30 30v118a10 10 0 0 1-10 10H62a10 10 0 0 1-10-10V56a10 10 0 0 1 10-10z" fill="url(#sheet)"/>
  <path d="M166 46l30 30h-22a8 8 0 0 1-8-8z" fill="#cfd6ea"/>
  <path d="M72 176h104" stroke="#c9d4ee" stroke-width="4" stroke-linecap="round"/>
  <path d="M132 92c-10-12-38-10-42 8-4 20 36 18 34 42-2 22-34 26-48 10 22 16 60 12 74-12 6-10 4-22-4-22s-12 16-2 22c12 6 24-4 32-14" fill="none" stroke="#1f3f9f" stroke-width="11" stroke-linecap="round" stroke-linejoin="round"/>
  <circle cx="176" cy="126" r="8" fill="#e2a33b"/>
</svg>
`,settings:`<!-- @license lucide-static v1.62.0 - ISC -->
<svg
  class="lucide lucide-settings"
  xmlns="http://www.w3.org/2000/svg"
  width="24"
  height="24"
  viewBox="0 0 24 24"
  fill="none"
  stroke="currentColor"
  stroke-width="2"
  stroke-linecap="round"
  stroke-linejoin="round"
>
  <path d="M9.671 4.136a2.34 2.34 0 0 1 4.659 0 2.34 2.34 0 0 0 3.319 1.915 2.34 2.34 0 0 1 2.33 4.033 2.34 2.34 0 0 0 0 3.831 2.34 2.34 0 0 1-2.33 4.033 2.34 2.34 0 0 0-3.319 1.915 2.34 2.34 0 0 1-4.659 0 2.34 2.34 0 0 0-3.32-1.915 2.34 2.34 0 0 1-2.33-4.033 2.34 2.34 0 0 0 0-3.831A2.34 2.34 0 0 1 6.35 6.051a2.34 2.34 0 0 0 3.319-1.915" />
  <circle cx="12" cy="12" r="3" />
</svg>
`,signature:`<!-- @license lucide-static v1.62.0 - ISC -->
<svg
  class="lucide lucide-signature"
  xmlns="http://www.w3.org/2000/svg"
  width="24"
  height="24"
  viewBox="0 0 24 24"
  fill="none"
  stroke="currentColor"
  stroke-width="2"
  stroke-linecap="round"
  stroke-linejoin="round"
>
  <path d="m21 17-2.156-1.868A.5.5 0 0 0 18 15.5v.5a1 1 0 0 1-1 1h-2a1 1 0 0 1-1-1c0-2.545-3.991-3.97-8.5-4a1 1 0 0 0 0 5c4.153 0 4.745-11.295 5.708-13.5a2.5 2.5 0 1 1 3.31 3.284" />
  <path d="M3 21h18" />
</svg>
`,square:`<!-- @license lucide-static v1.62.0 - ISC -->
<svg
  class="lucide lucide-square"
  xmlns="http://www.w3.org/2000/svg"
  width="24"
  height="24"
  viewBox="0 0 24 24"
  fill="none"
  stroke="currentColor"
  stroke-width="2"
  stroke-linecap="round"
  stroke-linejoin="round"
>
  <rect width="18" height="18" x="3" y="3" rx="2" />
</svg>
`,sun:`<!-- @license lucide-static v1.62.0 - ISC -->
<svg
  class="lucide lucide-sun"
  xmlns="http://www.w3.org/2000/svg"
  width="24"
  height="24"
  viewBox="0 0 24 24"
  fill="none"
  stroke="currentColor"
  stroke-width="2"
  stroke-linecap="round"
  stroke-linejoin="round"
>
  <circle cx="12" cy="12" r="4" />
  <path d="M12 2v2" />
  <path d="M12 20v2" />
  <path d="m4.93 4.93 1.41 1.41" />
  <path d="m17.66 17.66 1.41 1.41" />
  <path d="M2 12h2" />
  <path d="M20 12h2" />
  <path d="m6.34 17.66-1.41 1.41" />
  <path d="m19.07 4.93-1.41 1.41" />
</svg>
`,trash:`<!-- @license lucide-static v1.62.0 - ISC -->
<svg
  class="lucide lucide-trash-2"
  xmlns="http://www.w3.org/2000/svg"
  width="24"
  height="24"
  viewBox="0 0 24 24"
  fill="none"
  stroke="currentColor"
  stroke-width="2"
  stroke-linecap="round"
  stroke-linejoin="round"
>
  <path d="M10 11v6" />
  <path d="M14 11v6" />
  <path d="M19 6v14a2 2 0 0 1-2 2H7a2 2 0 0 1-2-2V6" />
  <path d="M3 6h18" />
  <path d="M8 6V4a2 2 0 0 1 2-2h4a2 2 0 0 1 2 2v2" />
</svg>
`,type:`<!-- @license lucide-static v1.62.0 - ISC -->
<svg
  class="lucide lucide-type"
  xmlns="http://www.w3.org/2000/svg"
  width="24"
  height="24"
  viewBox="0 0 24 24"
  fill="none"
  stroke="currentColor"
  stroke-width="2"
  stroke-linecap="round"
  stroke-linejoin="round"
>
  <path d="M12 4v16" />
  <path d="M4 7V5a1 1 0 0 1 1-1h14a1 1 0 0 1 1 1v2" />
  <path d="M9 20h6" />
</svg>
`,undo:`<!-- @license lucide-static v1.62.0 - ISC -->
<svg
  class="lucide lucide-undo-2"
  xmlns="http://www.w3.org/2000/svg"
  width="24"
  height="24"
  viewBox="0 0 24 24"
  fill="none"
  stroke="currentColor"
  stroke-width="2"
  stroke-linecap="round"
  stroke-linejoin="round"
>
  <path d="M9 14 4 9l5-5" />
  <path d="M4 9h10.5a5.5 5.5 0 0 1 5.5 5.5a5.5 5.5 0 0 1-5.5 5.5H11" />
</svg>
`,x:`<!-- @license lucide-static v1.62.0 - ISC -->
<svg
  class="lucide lucide-x"
  xmlns="http://www.w3.org/2000/svg"
  width="24"
  height="24"
  viewBox="0 0 24 24"
  fill="none"
  stroke="currentColor"
  stroke-width="2"
  stroke-linecap="round"
  stroke-linejoin="round"
>
  <path d="M18 6 6 18" />
  <path d="m6 6 12 12" />
</svg>
`};function U({name:e,size:t=20}){return V(`span`,{class:`icon`,"aria-hidden":`true`,style:{width:`${t}px`,height:`${t}px`},dangerouslySetInnerHTML:{__html:tn[e].replace(/<!--.*?-->\s*|<title>.*?<\/title>/g,``)}})}function nn(e){let{scale:t,value:n,onValue:r}=e,i=Ae(),a=10**-t.decimals,o=e=>{let n=Number.parseFloat(e);Number.isFinite(n)&&r(Math.min(t.most,Math.max(t.least,n)))},s=n.toFixed(t.decimals),c=Math.min(1,Math.max(0,(n-t.low)/(t.high-t.low)));return V(`div`,{class:`slider`,title:t.tip,children:[V(`div`,{class:`row`,children:[V(`label`,{for:i,children:t.title}),n!==t.standard&&V(`button`,{type:`button`,class:`quiet small`,"aria-label":`Reset ${t.title.toLowerCase()} to ${t.standard}`,onClick:()=>r(t.standard),children:`Reset`}),V(`span`,{class:`number`,children:[V(`input`,{type:`number`,"aria-label":`${t.title}${t.unit?` in ${t.unit}`:``}`,min:t.least,max:t.most,step:a,value:s,onChange:e=>{o(e.currentTarget.value),e.currentTarget.value=n.toFixed(t.decimals)}}),t.unit&&V(`span`,{"aria-hidden":`true`,children:t.unit})]})]}),V(`input`,{id:i,type:`range`,min:t.low,max:t.high,step:a,value:n,style:{"--share":`${100*c}%`},"aria-valuetext":`${s}${t.unit?` ${t.unit}`:``}, from ${t.words[0]} to ${t.words[1]}`,onInput:e=>o(e.currentTarget.value),onDblClick:()=>r(t.standard)}),V(`div`,{class:`ends`,"aria-hidden":`true`,children:[V(`span`,{children:t.words[0]}),V(`span`,{children:t.words[1]})]})]})}function rn(e){let t=Ae();return V(`fieldset`,{class:`segmented`,children:[V(`legend`,{children:e.title}),e.choices.map(n=>V(`label`,{title:n.title,children:[V(`input`,{type:`radio`,name:t,checked:n.value===e.value,onChange:()=>e.onValue(n.value)}),n.icon?V(x,{children:[V(U,{name:n.icon}),V(`span`,{class:`spoken`,children:n.title})]}):V(`span`,{children:n.title})]},n.value))]})}function an(e){let t=Ae(),n=Object.entries(e.inks),r=!n.some(([,t])=>t===e.value);return V(`fieldset`,{class:`swatches`,children:[V(`legend`,{children:`Ink`}),n.map(([n,r])=>V(`label`,{title:n,children:[V(`input`,{type:`radio`,name:t,checked:r===e.value,onChange:()=>e.onValue(r)}),V(`span`,{class:`drop`,style:{background:r}}),V(`span`,{class:`spoken`,children:n})]},n)),V(`label`,{class:r?`own chosen`:`own`,title:`Another colour`,children:[V(`input`,{type:`color`,value:e.value,onInput:t=>e.onValue(t.currentTarget.value)}),r?V(`span`,{class:`drop`,style:{background:e.value}}):V(U,{name:`plus`,size:16}),V(`span`,{class:`spoken`,children:`Another colour`})]})]})}function on(e){let t=Ae();return V(`div`,{class:`select`,children:[V(`label`,{for:t,children:e.title}),V(`select`,{id:t,value:e.value,onChange:t=>e.onValue(t.currentTarget.value),children:e.choices.map(([t,n])=>V(`option`,{value:t,selected:t===e.value,children:n},t))})]})}function sn(e){return V(`button`,{type:`button`,class:`tool`,title:e.title,disabled:e.disabled,"aria-pressed":e.pressed,onClick:e.onClick,children:[V(U,{name:e.icon}),V(`span`,{class:e.label?`label`:`spoken`,children:e.title})]})}function cn(e){let t=Ae(),n=F(null);P(()=>{let e=n.current,t=e?.querySelector(`:checked`)?.closest(`.card`);if(!e||!t)return;let[r,i]=[t.offsetTop-e.offsetTop,t.offsetTop-e.offsetTop+t.offsetHeight];(r<e.scrollTop||i>e.scrollTop+e.clientHeight)&&(e.scrollTop=r-(e.clientHeight-t.offsetHeight)/2)},[e.value]);let r=(n,r)=>V(`div`,{class:`card`,children:[V(`label`,{children:[V(`input`,{type:`radio`,name:t,checked:n.name===e.value,onChange:()=>e.onValue(n.name)}),V(`span`,{class:`names`,children:[V(`b`,{children:n.name||`The hand's own`}),V(`span`,{children:n.about})]}),n.preview.length>0&&V(un,{style:n})]}),r&&V(`button`,{type:`button`,class:`tool`,title:`Delete “${n.name}”`,onClick:()=>{confirm(`Delete “${n.name}”? Its ink cannot be brought back.`)&&e.onForget(n.name)},children:[V(U,{name:`trash`,size:16}),V(`span`,{class:`spoken`,children:[`Delete “`,n.name,`”`]})]})]},n.name);return V(`fieldset`,{class:`gallery`,children:[V(`legend`,{class:`section`,children:`Style`}),V(`div`,{class:`cards`,ref:n,children:[e.own.map(e=>r(e,!0)),e.shipped.map(e=>r(e,!1)),r({name:``,about:`no style`,preview:[]},!1)]}),V(`button`,{type:`button`,class:`draw`,onClick:e.onDraw,children:[V(U,{name:`signature`}),` Draw a line of your own`]})]})}var ln=8.4;function un({style:e}){let t=Rt(e.preview);if(!t)return null;let[n,r,i,a]=t,[o,s]=[.04*(a-r),1.08*(a-r)],c=Math.max(ln*s,1e-6),l=fn(e.preview,n+c-2*o).map(({xy:e})=>{let t=[];for(let n=0;n<e.length;n+=2)t.push(`${+e[n].toFixed(2)} ${+e[n+1].toFixed(2)}`);return`M${t.join(`L`)}${t.length===1?`h.01`:``}`}),u=Math.min(c,i-n+2*o);return V(`svg`,{class:`preview`,viewBox:[n-o,r-o,u,s].map(e=>e.toFixed(3)).join(` `),preserveAspectRatio:`xMinYMid meet`,"aria-hidden":`true`,children:V(`path`,{d:l.join(``),fill:`none`,stroke:`currentColor`,"stroke-width":`1.3`,"vector-effect":`non-scaling-stroke`,"stroke-linecap":`round`,"stroke-linejoin":`round`})})}var dn=.22;function fn(e,t){let n=Rt(e),r=e.map(e=>({stroke:e,box:Rt([e])})).filter(e=>e.box!==null).sort((e,t)=>e.box[0]-t.box[0]);if(!n||n[2]<=t)return e;let i=-1/0,a=0;for(let[e,{box:o}]of r.entries())if(o[0]-i>dn*(n[3]-n[1])&&(a=e),i=Math.max(i,o[2]),i>t)break;return a?r.slice(0,a).map(({stroke:e})=>e):e}var pn=4,mn={kind:`felt`,width:.6,opacity:1};function hn(e){let t=F(null),n=F(null),r=F([]),i=F(null),a=F(0),o=F(0),[s,c]=N(0),[l,u]=N(e.sentence),[d,f]=N(()=>_n(e.taken)),[p,m]=N(``),[h,g]=N(!1),[_,v]=N(!1),y=()=>{let e=n.current,t=e?.getContext(`2d`);if(!e||!t)return;let i=devicePixelRatio||1,[a,o]=[e.clientWidth,e.clientHeight];e.width!==Math.round(a*i)&&(e.width=Math.round(a*i)),e.height!==Math.round(o*i)&&(e.height=Math.round(o*i)),t.setTransform(i,0,0,i,0,0),t.clearRect(0,0,a,o),t.strokeStyle=getComputedStyle(e).getPropertyValue(`--rule`),t.beginPath(),t.moveTo(16,o*.62),t.lineTo(a-16,o*.62),t.lineWidth=1,t.stroke();let s=r.current.map(e=>({xy:e.xy.map(e=>e/pn),time:e.time,pressure:e.pressure}));t.scale(pn,pn);let c=getComputedStyle(e).color;Nt(t,s,mn,c,1/(i*pn))};P(()=>{t.current?.showModal();let e=n.current;if(!e)return;let r=new ResizeObserver(y);return r.observe(e),()=>r.disconnect()},[]);let b=e=>{let t=i.current,r=n.current;if(!t||t.id!==e.pointerId||!r)return;let a=r.getBoundingClientRect(),s=e.getCoalescedEvents?.()??[];for(let n of s.length?s:[e]){let e=n.clientX-a.left,r=n.clientY-a.top,i=t.stroke.xy.length-2;i>=0&&t.stroke.xy[i]===e&&t.stroke.xy[i+1]===r||(t.stroke.xy.push(e,r),t.stroke.time.push(Math.max(0,n.timeStamp-o.current)/1e3),t.stroke.pressure?.push(n.pressure))}y()},x=e=>{e.pointerType===`pen`&&(a.current=e.timeStamp);let t=e.pointerType===`touch`&&e.timeStamp-a.current<3e3;if(e.button!==0||i.current||t&&a.current>0)return;e.preventDefault(),n.current?.setPointerCapture(e.pointerId),r.current.length===0&&(o.current=e.timeStamp);let s={xy:[],time:[],pressure:e.pointerType===`pen`&&e.pressure>0?[]:void 0};r.current.push(s),i.current={id:e.pointerId,type:e.pointerType,stroke:s},C(),b(e)},S=e=>{i.current?.id===e.pointerId&&(e.type===`pointercancel`&&r.current.pop(),i.current=null,c(r.current.length),y())},C=()=>{m(``),g(!1)},w=()=>{C(),r.current.pop(),c(r.current.length),y()},T=()=>{C(),r.current=[],c(0),y()},E=async()=>{v(!0);let n={name:d.trim(),text:l.trim(),strokes:r.current},i=await e.onUse(n,h);v(!1),i.taken?t.current?.close():(m(i.say),g(i.usable))};return V(`dialog`,{ref:t,class:`recorder`,"aria-labelledby":`recorder-title`,onClose:e.onClose,onKeyDown:e=>{let t=e.target instanceof HTMLInputElement;(e.ctrlKey||e.metaKey)&&e.key===`z`&&!t&&(e.preventDefault(),w())},children:V(`form`,{method:`dialog`,onSubmit:e=>{e.preventDefault(),E()},children:[V(`header`,{children:[V(`h2`,{id:`recorder-title`,children:`Your own line as a style`}),V(`button`,{type:`button`,class:`tool`,title:`Close`,onClick:()=>t.current?.close(),children:[V(U,{name:`x`}),V(`span`,{class:`spoken`,children:`Close`})]})]}),V(`label`,{class:`field`,children:[V(`span`,{children:`Write this, or type what you write instead`}),V(`input`,{type:`text`,required:!0,maxLength:80,value:l,onInput:e=>{u(e.currentTarget.value),C()}})]}),V(`div`,{class:`pad`,children:[V(`canvas`,{ref:n,role:`img`,"aria-label":`The sheet to write on with a pen, a finger or the mouse: ${gn(s)}`,onPointerDown:x,onPointerMove:b,onPointerUp:S,onPointerCancel:S}),s===0&&V(`p`,{class:`hint`,"aria-hidden":`true`,children:`Write on the line with a pen, a finger or the mouse`})]}),V(`div`,{class:`row`,children:[V(`button`,{type:`button`,class:`tool`,disabled:s===0,onClick:w,children:[V(U,{name:`undo`}),V(`span`,{class:`label`,children:`Undo`})]}),V(`button`,{type:`button`,class:`tool`,disabled:s===0,onClick:T,children:[V(U,{name:`trash`}),V(`span`,{class:`label`,children:`Clear`})]}),V(`label`,{class:`field inline`,children:[V(`span`,{children:`Name`}),V(`input`,{type:`text`,required:!0,maxLength:40,value:d,onInput:e=>f(e.currentTarget.value)})]})]}),V(`p`,{class:`remark`,role:`alert`,children:p}),V(`footer`,{children:[V(`p`,{children:`Your ink stays in this browser. It goes to the server with what you have written in it, and is not kept there.`}),V(`button`,{type:`submit`,class:`primary`,disabled:_||s===0,children:_?`Looking at it …`:h?`Use it all the same`:`Use this line`})]})]})})}function gn(e){return e===0?`empty`:e===1?`one stroke`:`${e} strokes`}function _n(e){let t=`My hand`;for(let n=1;;n++){let r=n===1?t:`${t} ${n}`;if(!e.includes(r))return r}}var vn={bias:`neatness`,strength:`likeness`,x_height:`size`,colour:`ink`,variation:`liveliness`},yn=2**31-1,bn={bias:{title:`Neatness`,low:0,high:3,words:[`wild`,`tidy`],decimals:2,tip:`Probability bias (Graves 2013, section 5.4): how closely the pen keeps to its likeliest way.`},strength:{title:`Likeness`,low:0,high:1,words:[`loose`,`close`],decimals:2,tip:`How closely the style is followed: how much of its slant and letter width is taken over.`},x_height:{title:`Size`,low:1,high:8,words:[`small`,`large`],decimals:1,unit:`mm`,tip:`Height of a small x on the paper.`},slant:{title:`Slant`,low:-.5,high:.5,words:[`leaning back`,`leaning on`],decimals:2,tip:`Lean added to the hand's own, as x per unit of height.`},word_spacing:{title:`Word spacing`,low:.5,high:2.5,words:[`close`,`wide`],decimals:2,tip:`Factor on the gaps between words.`},line_spacing:{title:`Line spacing`,low:2.4,high:7,words:[`dense`,`airy`],decimals:1,tip:`From baseline to baseline, in x-heights; on ruled paper the next whole rule.`},variation:{title:`Liveliness`,low:0,high:1,words:[`even`,`lively`],decimals:2,tip:`How much left edge, slope and spacing vary from line to line.`},pen_width:{title:`Pen width`,low:.1,high:1.6,words:[`fine`,`broad`],decimals:2,unit:`mm`,tip:`Width of the pen's line at its usual speed.`}};function xn(e,t,n){let r=new URLSearchParams;for(let n of Object.keys(t)){let i=e[n];(i!==t[n]||n===`seed`)&&r.set(vn[n]??n,String(i).replace(/^#/,``))}return n&&r.set(`text`,n),r.toString()}function Sn(e,t,n){let r=new URLSearchParams(e.replace(/^#/,``)),i={...t};for(let e of Object.keys(t)){let a=r.get(vn[e]??e);if(a===null)continue;let o=t[e],s=a;typeof o==`number`?s=Number(a):typeof o==`boolean`?s=a===`true`:e===`colour`&&(s=`#${a.toLowerCase()}`),n(e,s)&&(i[e]=s)}return{settings:i,text:r.get(`text`)}}function Cn(e,t){return e>=1?1/0:t*64**e}function wn(e,t,n,r){let i=Math.ceil((e-n)/r-1e-9),a=Math.floor((t-n)/r+1e-9),o=[];for(let e=i;e<=a;e++)o.push(n+r*e);return o}function Tn(e,t){let{width:n,height:r,ruling:i,margins:a}=t;e.fillStyle=t.colour,e.fillRect(0,0,n,r),e.strokeStyle=e.fillStyle=i.colour,e.lineWidth=i.width,e.beginPath();let o=t=>{e.moveTo(0,t),e.lineTo(n,t)},{spacing:s,first:c}=i;if(i.kind===`lined`)wn(Math.max(a.top,.5),r-a.bottom,c,s).forEach(o);else if(i.kind===`squared`){wn(0,r,c,s).forEach(o);for(let t of wn(0,n,n/2,s))e.moveTo(t,0),e.lineTo(t,r)}else if(i.kind===`dotted`){for(let t of wn(0,r,c,s))for(let r of wn(0,n,n/2,s))e.moveTo(r,t),e.arc(r,t,1.5*i.width,0,2*Math.PI);e.fill();return}e.stroke()}var En=24,Dn=2e3,On=class{layers;sheet=null;scale=1;painted=new Map;constructor(e){this.layers=e.map(e=>{let t=e.getContext(`2d`);if(!t)throw Error(`This browser has no canvas to draw on.`);return t})}get pixels(){return this.scale}lay(e,t){this.sheet=e;let n=Math.min(devicePixelRatio||1,Dn/t);this.scale=t*n/e.width;for(let t of this.layers)t.canvas.width=Math.round(e.width*this.scale),t.canvas.height=Math.round(e.height*this.scale),t.setTransform(this.scale,0,0,this.scale,0,0);let r=this.layers[0];r&&Tn(r,e),this.painted.clear()}redraw(e,t){for(let e of this.layers.slice(1))e.canvas.style.opacity=String(t.pen.opacity);this.redrawStanding(e,t),this.redrawGrowing(e,t)}advance(e,t,n){zt(e,t),this.paintGrowing(e,n)}settle(e,t,n){e.settled=!0,n.pen.kind===`pencil`?this.redrawStanding(t,n):this.stand(e,n),this.redrawGrowing(t,n)}redrawStanding(e,t){let n=this.layers[1];if(n&&this.sheet){n.clearRect(0,0,this.sheet.width,this.sheet.height);for(let n of e)n.settled&&this.stand(n,t);t.pen.kind===`pencil`&&Pt(n,this.scale)}}redrawGrowing(e,t){let n=this.layers[2];if(n&&this.sheet){n.clearRect(0,0,this.sheet.width,this.sheet.height),this.painted.clear();for(let n of e)n.settled||this.paintGrowing(n,t)}}stand(e,t){let n=this.layers[1];n&&e.ink&&Nt(n,e.ink,t.pen,t.colour,1/this.scale)}paintGrowing(e,t){let n=this.layers[2];if(!n)return;n.strokeStyle=n.fillStyle=t.colour;let r=this.painted.get(e.id)??[];this.painted.set(e.id,r);let{strokes:i,down:a}=e.growing;i.forEach((e,o)=>{let s=xt(e),c=o<i.length-1||!a?Math.max(s-1,1):s-2,l=r[o]??0;if(c<=l)return;let u=Math.max(0,Math.min(l,s-En)),d={xy:e.xy.slice(2*u),time:e.time.slice(u)},f=Tt([d],t.pen)[0];s===1?Mt(n,d,f,0,0,1/this.scale):Mt(n,d,f,l-u,c-u,1/this.scale),r[o]=c})}};function kn(e,t,n,r,i){e.save(),e.translate(i?t:t+1.5,i?n:n-2.5),e.rotate(38*Math.PI/180);let a=(t,n)=>{e.fillStyle=t,e.beginPath();for(let[t,r]of n)e.lineTo(t,r);e.fill()};a(r,[[0,0],[-1.6,-5],[1.6,-5]]),a(`#b98a3c`,[[-1.6,-5],[1.6,-5],[2.8,-9],[-2.8,-9]]),e.fillStyle=`#2b2d33`,e.beginPath(),e.roundRect(-2.8,-28,5.6,19.5,2.2),e.fill(),e.restore()}var An=40;function jn(e){let{written:t,page:n,width:r,look:i}=e,a=F(null),o=F(null),{sheet:s}=t,c=r/s.width,l=s.height*c;e.changed.value;let u=Bt(t,n);Oe(()=>{let o=new On([...a.current?.querySelectorAll(`canvas`)??[]]);return e.painters.set(n,o),o.lay(s,r),o.redraw(Bt(t,n),i),()=>{e.painters.get(n)===o&&e.painters.delete(n)}},[t,n,r,s]),Oe(()=>{e.painters.get(n)?.redraw(Bt(t,n),i)},[i.colour,i.pen.kind,i.pen.width]),P(()=>e.pen.subscribe(e=>{let t=o.current;if(!t||(t.hidden=e===null||e.page!==n,e===null||e.page!==n))return;let r=devicePixelRatio||1;t.width!==80*r&&(t.width=t.height=80*r);let a=t.getContext(`2d`);a&&(a.setTransform(r,0,0,r,0,0),a.clearRect(0,0,80,80),kn(a,An,An,i.colour,e.down),t.style.transform=`translate(${e.x*c-An}px, ${e.y*c-An}px)`)}),[n,c,i.colour]);let d=u.filter(e=>e.settled).map(e=>e.text);return V(`div`,{class:`sheet`,style:{width:`${r}px`,height:`${l}px`},onKeyDown:e=>Nn(e),children:[V(`div`,{ref:a,role:`img`,"aria-label":d.length?`Page ${n+1}, handwritten: ${d.join(` `)}`:`Page ${n+1}, empty`,children:[V(`canvas`,{class:`paper`}),V(`canvas`,{class:`ink`}),V(`canvas`,{class:`ink live`})]}),u.filter(e=>!e.settled&&e.drawn===0).flatMap(e=>e.words.map((t,n)=>V(`span`,{class:`bar`,style:{left:`${t.box[0]*c}px`,width:`${(t.box[2]-t.box[0])*c}px`,top:`${e.baseline*c-4}px`}},`${e.id}/${n}`))),u.filter(e=>e.settled).map(t=>V(`div`,{role:`group`,"aria-label":`Line “${t.text}”`,children:t.words.map((n,r)=>V(Mn,{word:n,scale:c,first:t===u.find(e=>e.settled)&&r===0,chosen:e.chosen?.line.id===t.id&&e.chosen.index===r,disabled:e.busy,onClick:()=>e.onWord({line:t,index:r})},r))},t.id)),V(`canvas`,{ref:o,class:`pen`,hidden:!0,"aria-hidden":`true`,style:{width:`80px`,height:`80px`}})]})}function Mn(e){let{word:t,scale:n}=e,[r,i,a,o]=t.box,s=.6,c=[`word`];return t.misread!==null&&c.push(`misread`),e.chosen&&c.push(`chosen`),V(`button`,{type:`button`,class:c.join(` `),tabIndex:e.first?0:-1,disabled:e.disabled,"aria-label":t.misread===null?t.text:`${t.text}, misread as “${t.misread}”: write it again`,title:t.misread===null?void 0:`Reads as “${t.misread}”. Tap to write it again.`,style:{left:`${(r-s)*n}px`,top:`${(i-s)*n}px`,width:`${(a-r+2*s)*n}px`,height:`${(o-i+2*s)*n}px`},onClick:e.onClick})}function Nn(e){let t=e.target;if(!(t instanceof HTMLElement)||!t.classList.contains(`word`))return;let n=[...t.closest(`.sheet`)?.querySelectorAll(`button.word`)??[]],r=n.indexOf(t),i=[...t.parentElement?.querySelectorAll(`button.word`)??[]],a=r-i.indexOf(t),o={ArrowRight:r+1,ArrowLeft:r-1,ArrowDown:a+i.length,ArrowUp:a-1,Home:a,End:a+i.length-1}[e.key],s=o===void 0?void 0:n[o];s&&(e.preventDefault(),t.tabIndex=-1,s.tabIndex=0,s.focus())}var Pn=class extends Error{code;constructor(e,t){super(e),this.code=t}},Fn=`scriptorium.`;function In(e){try{return localStorage.getItem(Fn+e)}catch{return null}}function Ln(e,t){try{return t===null?localStorage.removeItem(Fn+e):localStorage.setItem(Fn+e,t),!0}catch{return!1}}var Rn={recall(e){try{return sessionStorage.getItem(Fn+e)}catch{return null}},remember(e,t){try{t===null?sessionStorage.removeItem(Fn+e):sessionStorage.setItem(Fn+e,t)}catch{}}},zn={pencil:.8};function Bn(e,t){let n=Object.fromEntries(e.inks.map(e=>[e.label,e.colour])),r=Object.fromEntries(e.pens.map(e=>[e.name,{width:e.width,opacity:e.opacity??zn[e.name]??1}])),{defaults:i}=e,{look:a}=i;return{standard:{style:i.style===void 0?t:i.style??``,strength:i.strength,bias:i.bias,x_height:a.x_height,slant:a.slant,word_spacing:a.word_spacing,line_spacing:a.line_spacing,variation:a.variation,alignment:a.alignment,seed:i.seed,colour:e.inks.find(e=>e.name===a.ink)?.colour??a.ink,pen:a.pen,pen_width:a.pen_width??r[a.pen]?.width??.35,paper:i.paper.name,landscape:i.paper.landscape,ruling:i.paper.ruling,speed:.5},ranges:e.ranges,inks:n,pens:r,papers:Object.fromEntries(e.papers.map(e=>[e.name,[e.width,e.height]])),rulings:e.rulings,alignments:e.alignments,longest:e.limits.characters,rate:e.points_per_second}}function Vn(e){return e.styles.map(e=>({name:e.name,about:e.about??``,preview:e.strokes.map(e=>({xy:e}))}))}function Hn(e){let{settings:t}=e;return{text:e.text,style:e.own?e.own.content:t.style===``?null:t.style,strength:t.strength,bias:t.bias,seed:t.seed,look:{x_height:t.x_height,line_spacing:t.line_spacing,alignment:t.alignment,word_spacing:t.word_spacing,slant:t.slant,variation:t.variation,ink:t.colour,pen:t.pen,pen_width:t.pen_width},paper:{name:t.paper,landscape:t.landscape,ruling:t.ruling},replace_unknown:e.unknown,edits:e.edits}}var Un={colour:`#c3d3e3`,width:.15};function Wn(e){let[t,n,r,i]=e?.margins??[20,20,20,20];return{width:e?.width??210,height:e?.height??297,colour:`#ffffff`,margins:{left:t,top:n,right:r,bottom:i},ruling:{...e?.ruling??{kind:`plain`,spacing:8,first:20},...Un}}}function Gn(e){return e.lines.map(e=>{let{left:t,width:n,baseline:r,x_height:i}=e;return{id:e.id,page:e.page-1,text:e.text,baseline:r,box:[t,r-2*i,t+n,r+i],words:Kn(e.words,t,n,r,i)}})}function Kn(e,t,n,r,i){let a=e.reduce((e,t)=>e+t.length+1,-1),o=n/Math.max(a,1),s=t;return e.map(e=>{let t=[s,r-i,s+e.length*o,r];return s+=(e.length+1)*o,{text:e,box:t,misread:null}})}function qn(e){return{id:e.id,page:e.page-1,text:e.text,baseline:e.baseline,ink:e.strokes.map((t,n)=>({xy:t,time:e.times?.[n]})),words:e.words.map(({text:e,box:t,misread:n})=>({text:e,box:t,misread:n})),attention:e.attention&&Jn(e.attention)}}function Jn(e){let t=Zn(e.data);return{characters:Yn(e.text,e.characters),weights:Xn(t,e.characters),exact:e.exact}}function Yn(e,t){let n=[...e];for(;n.length<t;)n.push(` `);return n.slice(0,t)}function Xn(e,t){let n=[];for(let r=0;t>0&&r+t<=e.length;r+=t)n.push(e.subarray(r,r+t));return n}function Zn(e){let t=atob(e),n=new Uint8Array(t.length);for(let e=0;e<t.length;e++)n[e]=t.charCodeAt(e);return n}function Qn(e){return{sheet:Wn(e.pages[0]),pages:e.pages.length,lines:e.pages.flatMap(e=>e.lines.map(qn)),remarks:$n(e.report)}}function $n(e){return[...e.substitutions.map(({character:e,written:t,places:n})=>{let r=[...new Set(n.map(e=>e.word).filter(Boolean))].slice(0,3),i=r.length?` (${r.join(`, `)})`:``;return t===``?`“${e}” is left out${i}.`:`“${e}” is written as “${t}”${i}.`}),...e.remarks]}var er=20,tr=200;function nr(e){if(e.byteLength<er)return null;let t=new DataView(e);if(t.getUint8(0)!==1)return null;let n=t.getUint16(2,!0),r=er+5*n;if(e.byteLength<r)return null;let i=[],a=t.getFloat32(12,!0),o=t.getFloat32(16,!0);for(let e=er;e<r;e+=5)a+=t.getInt16(e,!0)/tr,o+=t.getInt16(e+2,!0)/tr,i.push(a,o,t.getUint8(e+4));let s=t.getUint8(1)&1&&e.byteLength>=r+2?Xn(new Uint8Array(e,r+2),t.getUint16(r,!0)).slice(0,n):[];return{line:t.getUint32(4,!0),from:t.getUint32(8,!0),points:i,weights:s}}var rr=Uint32Array.from({length:256},(e,t)=>{let n=t;for(let e=0;e<8;e++)n=n&1?3988292384^n>>>1:n>>>1;return n>>>0});function ir(e){let t=4294967295;for(let n of e)t=rr[(t^n)&255]^t>>>8;return(t^4294967295)>>>0}function ar(e){let t=new Uint8Array(e.reduce((e,[t])=>e+t,0)),n=new DataView(t.buffer),r=0;for(let[t,i]of e)t===2?n.setUint16(r,i,!0):n.setUint32(r,i,!0),r+=t;return t}var or=2048,sr=33;function cr(e){let t=[],n=[],r=0;for(let{name:i,content:a}of e){let e=new TextEncoder().encode(i),o=[[2,20],[2,or],[2,0],[2,0],[2,sr],[4,ir(a)],[4,a.length],[4,a.length],[2,e.length],[2,0]],s=ar([[4,67324752],...o]);n.push(ar([[4,33639248],[2,20],...o,[2,0],[2,0],[2,0],[4,0],[4,r]]),e),t.push(s,e,a),r+=s.length+e.length+a.length}let i=n.reduce((e,t)=>e+t.length,0),a=e.length,o=ar([[4,101010256],[2,0],[2,0],[2,a],[2,a],[4,i],[4,r],[2,0]]);return new Blob([...t,...n,o],{type:`application/zip`})}var lr={pdf:`application/pdf`,svg:`image/svg+xml`,png:`image/png`,inkml:`application/inkml+xml`},ur=`The connection to the service is lost; look whether it still runs, then try again.`,dr=Rn.recall(`token`)??``;function fr(e){dr=e,Rn.remember(`token`,e||null)}async function pr(e,t,n=`application/json`){let r={Accept:n};dr&&(r.Authorization=`Bearer ${dr}`),t!==void 0&&(r[`Content-Type`]=`application/json`);let i;try{i=await fetch(new URL(e,document.baseURI),{method:t===void 0?`GET`:`POST`,headers:r,body:t===void 0?null:JSON.stringify(t)})}catch{throw new Pn(ur,`connection`)}if(!i.ok)throw await mr(i);return i}async function mr(e){let t=Number(e.headers.get(`Retry-After`)),n;try{n=(await e.json()).error}catch{}let r=n?.message??`The service answers with the status ${e.status}.`;return new Pn(t?`${r} Try again in ${t} s.`:r,n?.code??``)}async function hr(e,t){return await(await pr(e,t)).json()}async function gr(){let[e,t]=await Promise.all([hr(`v1/options`),hr(`v1/styles`)]);return{options:Bn(e,t.default),styles:Vn(t)}}async function _r(e){return Qn(await hr(`v1/ink`,{...Hn(e),attention:!0}))}async function vr(e,t,n){let r=yr(e.text),i=async n=>await(await pr(`v1/ink`,{...Hn(e),output:{page:n}},lr[t])).blob();if(n===1||t===`pdf`||t===`inkml`)return{blob:await i(1),name:`${r}.${t}`};let a=[];for(let e=1;e<=n;e++){let n=new Uint8Array(await(await i(e)).arrayBuffer());a.push({name:`${r}-${e}.${t}`,content:n})}return{blob:cr(a),name:`${r}-${t}.zip`}}function yr(e){return(e.match(/[\p{L}\p{N}]+/gu)??[]).slice(0,4).join(`-`).slice(0,40)||`handwriting`}async function br(e){let t=e.strokes.map(e=>Array.from({length:xt(e)},(t,n)=>{let r=[e.xy[2*n],e.xy[2*n+1],e.time?.[n]??0];return e.pressure?[...r,e.pressure[n]]:r})),n=await hr(`v1/styles`,{name:e.name,lines:[{text:e.text,strokes:t}]});return{style:{name:e.name,about:n.about??`your own line`,preview:n.style.strokes.map(e=>({xy:e})),content:n.style},remarks:n.remarks}}function xr(e,t,n){let r=new URL(`v1/live`,document.baseURI);r.protocol=r.protocol===`https:`?`wss:`:`ws:`;let i=new WebSocket(r);i.binaryType=`arraybuffer`;let a=[],o=!1,s=()=>{o=!0,i.close(1e3)},c=e=>{o||(s(),n.failed(e))},l=e=>{i.readyState===WebSocket.OPEN&&i.send(JSON.stringify(e))},u=e=>{let r=nr(e),i=r&&a[r.line];if(!r||!i)return;let o=[];for(let e=0;e<r.points.length;e+=3){let n=r.from+e/3;o.push(r.points[e],r.points[e+1],n/t,r.points[e+2])}n.arrived(i.id,r.from,o,r.weights)};return i.addEventListener(`open`,()=>{let t={...Hn(e),attention:!0};l({type:`start`,...dr&&{token:dr},request:t,points:`binary`,pace:null})}),i.addEventListener(`message`,e=>{if(o)return;if(typeof e.data!=`string`){u(e.data);return}let t=JSON.parse(e.data);switch(t.type){case`plan`:a=t.lines,n.planned(Wn(t.pages[0]),t.pages.length,Gn(t));break;case`line`:n.finished(qn(t));break;case`done`:s(),n.done($n(t.report));break;case`error`:c(new Pn(t.error.message,t.error.code))}}),i.addEventListener(`close`,e=>{e.code===4401?c(new Pn(`The service asks for a token.`,`unauthorized`)):c(new Pn(ur,`connection`))}),{pause:()=>l({type:`pause`}),resume:()=>l({type:`resume`}),stop(){l({type:`stop`}),s()}}}var Sr=.1,Cr=class{stage;rate=1/0;paused=!1;lines=[];request=0;last=0;owed=0;constructor(e){this.stage=e}play(e){this.lines=e,this.wake()}wake(){this.request||typeof requestAnimationFrame>`u`||(this.last=performance.now(),this.request=requestAnimationFrame(this.tick))}get idle(){return this.lines.every(e=>e.drawn>=It(e)&&e.settled===(e.ink!==null))}finish(){for(let e of this.lines)e.ink&&!e.settled?this.stage.settle(e):e.settled||this.stage.advance(e,1/0);this.stage.frame(null)}tick=e=>{this.request=0;let t=Math.min((e-this.last)/1e3,Sr);if(this.last=e,this.paused)return;let n=this.rate===1/0;this.owed=n?1/0:Math.min(this.owed,1)+t*this.rate;let r=null,i=!1;for(let e of this.lines){if(e.settled)continue;let t=It(e)-e.drawn,a=n?t:Math.min(t,Math.floor(this.owed));a>0&&(this.stage.advance(e,a),n||(this.owed-=a),r=e);let o=e.drawn>=It(e);if(o&&e.ink)this.stage.settle(e);else if(i||=!o,!n){r??=It(e)?e:null;break}}this.stage.frame(r),(i||!n)&&this.lines.some(e=>!e.settled&&(It(e)>e.drawn||e.ink))&&(this.request=requestAnimationFrame(this.tick))}},W=z(null),wr=z([]),G=z(fi()),K=z(null),q=z(Rn.recall(`text`)??``),J=z(`starting`),Tr=z(null),Y=z(null),X=z(0),Er=z(0),Dr=z(null),Or=z(null),kr=z(null),Ar=z(null),jr=z(`text`),Mr=z(!1),Nr=new Map,Pr=null,Z=z(null),Fr=!1,Ir=tt(()=>W.value?.standard??null),Lr=tt(()=>{let e=K.value,t=e?.pen??`ballpoint`;return{colour:e?.colour??`#1b2a49`,pen:{kind:t,width:e?.pen_width??.35,opacity:W.value?.pens[t]?.opacity??1}}}),Rr=tt(()=>{let e=Z.value;return!e||!K.value?q.value.trim()!==``:q.value!==e.text||zr(K.value)!==zr(e.settings)});function zr(e){let{colour:t,pen:n,pen_width:r,speed:i,...a}=e;return JSON.stringify(a)}var Br=tt(()=>{X.value;let e=Y.value?.lines??[];return{done:e.filter(e=>e.settled).length,all:e.length}}),Vr=tt(()=>(X.value,(Y.value?.lines??[]).reduce((e,t)=>e+t.words.filter(e=>e.misread!==null).length,0))),Q=new Cr({advance(e,t){Nr.get(e.page)?.advance(e,t,Lr.value)},settle(e){let t=Y.value;t&&(e.settled=!0,Nr.get(e.page)?.settle(e,Bt(t,e.page),Lr.value),X.value++)},frame(e){Ve(()=>{if(Er.value++,e){let t=e.growing.strokes.at(-1),n=t?t.xy.length:0;if(t&&n){let[r,i]=[t.xy[n-2],t.xy[n-1]];Dr.value={page:e.page,x:r,y:i,down:e.growing.down}}Or.value!==e&&!kr.value&&(Or.value=e)}Fr&&Q.idle&&J.value===`writing`&&(J.value=`idle`,Dr.value=null),e&&e.drawn>0&&e.drawn<64&&X.value++})}});async function Hr(){J.value=`starting`;try{let e=await gr();Ve(()=>{W.value=e.options,wr.value=e.styles;let t=e.options.standard,n=Sn(location.hash,t,(t,n)=>Ur(e.options,t,n));K.value=n.settings,n.text!==null&&(q.value=n.text.slice(0,e.options.longest)),J.value=`idle`,Tr.value=null})}catch(e){J.value=`unreachable`,pi(e,{title:`Try again`,run:()=>void Hr()})}}function Ur(e,t,n){if(typeof n==`number`){if(!Number.isFinite(n))return!1;if(t===`seed`)return Number.isInteger(n)&&n>=0&&n<=yn;if(t===`speed`)return n>=0&&n<=1;let r=e.ranges[t];return r!==void 0&&n>=r[0]&&n<=r[1]}return t===`style`?n===``||[...wr.value,...G.value].some(e=>e.name===n):t===`colour`?/^#[0-9a-f]{6}$/.test(String(n)):t===`pen`?String(n)in e.pens:t===`paper`?String(n)in e.papers:t===`ruling`?e.rulings.includes(String(n)):t===`alignment`?e.alignments.includes(String(n)):typeof n==`boolean`}function $(e){K.value&&={...K.value,...e}}function Wr(){$({seed:Math.floor(Math.random()*1e6)})}function Gr(e){let t=new URL(location.href);return t.hash=K.value&&Ir.value?xn(Kr(K.value),Ir.value,e?q.value:null):``,t.href}function Kr(e){let t=Ir.value;return G.value.some(t=>t.name===e.style)&&t?{...e,style:t.style}:e}ot(()=>{let[e,t]=[K.value,Ir.value];if(!e||!t)return;let n=xn(e,t,null);history.replaceState(null,``,n===`seed=${t.seed}`?location.pathname+location.search:`#${n}`)}),ot(()=>Rn.remember(`text`,q.value||null)),ot(()=>{Q.rate=Cn(K.value?.speed??1,W.value?.rate??40),Q.wake()});function qr(e){let t=K.value;return t?{text:q.value,settings:t,own:G.value.find(e=>e.name===t.style)??null,edits:[],unknown:e}:null}function Jr(e=null){let t=qr(e);if(!t||!W.value||J.value===`writing`||J.value===`paused`)return;Ve(()=>{J.value=`writing`,Tr.value=null,kr.value=null,Or.value=null,Z.value=t,jr.value=`page`}),Fr=!1,Q.paused=!1;let n=new Map;Pr=xr(t,W.value.rate,{planned(e,t,r){let i=r.map(e=>{let t=n.get(e.id);return t&&Yr(t,e)?t:Ft(e)});n.clear();for(let e of i)n.set(e.id,e);Ve(()=>{Y.value={sheet:e,pages:t,lines:i},X.value++}),Q.play(i)},arrived(e,t,r,i){let a=n.get(e);if(!a||a.ink)return;t<It(a)&&(Lt(a),Zr(a)),a.arrived.push(...r),a.weights.push(...i);let o=i[0]?.length??a.characters.length;o!==a.characters.length&&(a.characters=Yn(a.text,o)),Q.wake()},finished(e){let t=n.get(e.id);t&&(Xr(t,e),t.settled&&(Zr(t),X.value++),Q.wake())},done(e){Pr=null,Fr=!0,e.length&&(Tr.value={kind:`note`,text:e.join(` `)}),Q.wake()},failed(t){Pr=null,Ve(()=>{Z.value=null,J.value=`idle`,Dr.value=null,Q.finish(),pi(t,t instanceof Pn&&t.code===`unwritable`?{title:`Write ? for it`,run:()=>Jr(`?`)}:{title:`Try again`,run:()=>Jr(e)})})}})}function Yr(e,t){return e.page===t.page&&e.box.every((e,n)=>e===t.box[n])}function Xr(e,t){e.ink=t.ink,e.words=t.words,e.box=Rt(t.ink)??e.box,t.attention&&(e.weights=[...t.attention.weights],e.characters=t.attention.characters,e.exact=t.attention.exact)}function Zr(e){let t=Y.value;t&&Nr.get(e.page)?.redraw(Bt(t,e.page),Lr.value)}function Qr(){Fr||(Pr?.stop(),Z.value=null),Pr=null,Ve(()=>{Q.paused=!1,Q.finish(),J.value=`idle`,Dr.value=null,X.value++})}function $r(){J.value===`writing`?(J.value=`paused`,Q.paused=!0,Pr?.pause()):J.value===`paused`&&(J.value=`writing`,Q.paused=!1,Pr?.resume(),Q.wake())}function ei(e){kr.value=e,Or.value=e.line,e.line.words[e.index]?.misread!==null&&ti(e)}async function ti(e){let t=Math.floor(Math.random()*yn),n={line:e.line.id,word:e.index,seed:t},r=Z.value;r&&await ai(e,[...r.edits,n])}function ni(e){return ii(e)>=0}async function ri(e){let t=ii(e),n=Z.value?.edits??[];t>=0&&await ai(e,n.filter((e,n)=>n!==t))}function ii(e){return(Z.value?.edits??[]).findLastIndex(t=>t.line===e.line.id&&t.word===e.index)}async function ai(e,t){let[n,r]=[Z.value,Y.value];if(!n||!r||Ar.value||J.value!==`idle`)return;let i={...n,settings:{...n.settings,...si()},edits:t};Ar.value=e,Tr.value=null;try{let t=await _r(i);if(Y.value!==r)return;Ve(()=>{Z.value=i,oi(t,e)})}catch(e){pi(e)}finally{Ar.value=null}}function oi(e,t){let n=e.lines.map(e=>{let t=Ft({...e,box:[0,0,1,1]});return Xr(t,e),t.settled=!0,t});Y.value={sheet:e.sheet,pages:e.pages,lines:n},Q.play(n);let r=n.find(e=>e.id===t.line.id);Or.value=r??null,kr.value=r?.words[t.index]?{line:r,index:t.index}:null,X.value++,Er.value++}function si(){let e=K.value;return e?{colour:e.colour,pen:e.pen,pen_width:e.pen_width}:{}}async function ci(e){let t=Z.value;if(t){Tr.value=null;try{let n=await vr({...t,settings:{...t.settings,...si()}},e,Y.value?.pages??1),r=URL.createObjectURL(n.blob),i=document.createElement(`a`);i.href=r,i.download=n.name,document.body.append(i),i.click(),i.remove(),setTimeout(()=>URL.revokeObjectURL(r),6e4)}catch(t){pi(t,{title:`Try again`,run:()=>void ci(e)})}}}var li=tt(()=>Z.value!==null&&J.value===`idle`&&Y.value!==null);async function ui(e,t){let n=e=>({taken:!1,say:e,usable:!1});if(!e.name||!e.text)return n(`Give the line a name, and say what it says.`);if([...wr.value,...G.value].some(t=>t.name===e.name))return n(`There is a style called “${e.name}” already; give it another name.`);try{let{style:n,remarks:r}=await br(e);return r.length&&!t?{taken:!1,say:r.join(` `),usable:!0}:(G.value=[...G.value,n],$({style:n.name}),Ln(`own-styles`,JSON.stringify(G.value))||(Tr.value={kind:`note`,text:`This browser does not keep your line: it is gone when the page is closed.`}),{taken:!0})}catch(e){return e instanceof Pn&&e.code===`unauthorized`&&(Mr.value=!0),n(mi(e))}}function di(e){G.value=G.value.filter(t=>t.name!==e),Ln(`own-styles`,G.value.length?JSON.stringify(G.value):null),K.value?.style===e&&$({style:Ir.value?.style??``})}function fi(){try{let e=JSON.parse(In(`own-styles`)??`[]`);return Array.isArray(e)?e.filter(e=>typeof e?.name==`string`&&e.content&&Array.isArray(e.preview)):[]}catch{return[]}}function pi(e,t){e instanceof Pn&&e.code===`unauthorized`&&(Mr.value=!0),Tr.value={kind:`error`,text:mi(e),...t&&{action:t}}}function mi(e){return e instanceof Error&&e.message?e.message:`Something went wrong in this page; load it again.`}function hi(e){fr(e),Mr.value=!1,J.value!==`unreachable`&&W.value||Hr()}var gi=matchMedia(`(prefers-color-scheme: dark)`),_i=z(gi.matches);gi.addEventListener(`change`,e=>{_i.value=e.matches});var vi=In(`appearance`),yi=z(vi===`light`||vi===`dark`?vi:`system`),bi=tt(()=>yi.value===`dark`||yi.value===`system`&&_i.value);function xi(){let e=!bi.value;yi.value=e===_i.value?`system`:e?`dark`:`light`}ot(()=>{let e=yi.value;e===`system`?delete document.documentElement.dataset.theme:document.documentElement.dataset.theme=e,Ln(`appearance`,e===`system`?null:e)});var Si=`The quick brown fox jumps over a lazy dog.`;function Ci(){let e=ht(!1);return P(()=>{Hr();let e=e=>{(e.ctrlKey||e.metaKey)&&e.key===`Enter`?(e.preventDefault(),Rr.value&&Jr()):e.key===`Escape`&&J.value===`writing`&&Qr()};return addEventListener(`keydown`,e),()=>removeEventListener(`keydown`,e)},[]),V(`div`,{class:`frame`,"data-view":jr.value,children:[V(wi,{}),V(`main`,{class:`parts`,children:[V(Oi,{}),V(Fi,{}),V(Bi,{onDraw:()=>e.value=!0})]}),V(Ui,{}),V(Wi,{}),e.value&&V(hn,{sentence:Si,taken:[...wr.value,...G.value].map(e=>e.name),onUse:ui,onClose:()=>e.value=!1}),Mr.value&&V(Gi,{})]})}function wi(){return V(`header`,{class:`bar-top`,children:[V(`h1`,{children:[V(U,{name:`scriptorium`,size:24}),`Scriptorium`]}),V(Di,{}),V(sn,{icon:bi.value?`sun`:`moon`,title:bi.value?`Light`:`Dark`,onClick:xi}),V(Ei,{})]})}var Ti=[[`pdf`,`PDF`,`All pages in one file; the text can be found and copied`],[`svg`,`SVG`,`Single lines in millimetres, for plotters`],[`png`,`PNG`,`A picture of the page`],[`inkml`,`InkML`,`All points with their times`]];function Ei(){let e=F(null),t=li.value&&!Rr.value;return V(x,{children:[V(`button`,{type:`button`,class:`tool`,popovertarget:`downloads`,disabled:!t,title:t?`Download`:`Write first; then it can be downloaded`,children:[V(U,{name:`download`}),V(`span`,{class:`label`,children:`Download`})]}),V(`div`,{ref:e,id:`downloads`,class:`menu`,popover:`auto`,role:`group`,"aria-label":`Download as`,children:Ti.map(([t,n,r])=>V(`button`,{type:`button`,onClick:()=>{e.current?.hidePopover(),ci(t)},children:[n,V(`small`,{children:r})]},t))})]})}function Di(){let e=ht(!1),t=ht(``),n=F(null),r=K.value?Gr(e.value):``,i=async()=>{n.current?.select();try{await navigator.clipboard.writeText(r),t.value=`Copied.`}catch{t.value=`Press Ctrl+C to copy the marked link.`}};return V(x,{children:[V(`button`,{type:`button`,class:`tool`,popovertarget:`share`,disabled:!r,title:`Share by link`,children:[V(U,{name:`copy`}),V(`span`,{class:`label`,children:`Share`})]}),V(`div`,{id:`share`,class:`menu`,popover:`auto`,role:`group`,"aria-label":`Share by link`,onToggle:()=>t.value=``,children:V(`div`,{class:`pad`,children:[V(`label`,{class:`field`,children:[V(`span`,{children:`Link to these settings`}),V(`input`,{ref:n,type:`text`,readOnly:!0,value:r,onFocus:e=>e.currentTarget.select()})]}),V(`label`,{class:`row`,children:[V(`input`,{type:`checkbox`,checked:e.value,onChange:t=>e.value=t.currentTarget.checked}),V(`span`,{children:`With the text`})]}),V(`p`,{class:`muted`,children:`All of it stands behind # in the link: browsers do not send that to a server. Who has the link can read it.`}),V(`div`,{class:`row`,children:[V(`button`,{type:`button`,class:`primary`,onClick:()=>void i(),children:`Copy the link`}),V(`span`,{role:`status`,children:t.value})]})]})})]})}function Oi(){let e=W.value,t=q.value.length,n=e!==null&&t>.9*e.longest;return V(`section`,{class:`column text`,"aria-label":`Text`,children:[V(`label`,{for:`text`,class:`section`,children:`Text`}),V(`textarea`,{id:`text`,placeholder:`Dear Anna, …`,maxLength:e?.longest,spellcheck:!0,value:q.value,onInput:e=>{q.value=e.currentTarget.value}}),n&&V(`p`,{class:`muted`,role:`status`,children:[t,` of at most `,e.longest,` characters`]}),V(`div`,{class:`work`,children:V(Ai,{})})]})}function ki(){let{done:e,all:t}=Br.value,n=Vr.value;if(Ar.value)return`Writing the word again`;switch(J.value){case`starting`:return`Starting`;case`unreachable`:return`No connection`;case`writing`:return t?`Writing line ${Math.min(e+1,t)} of ${t}`:`Laying out`;case`paused`:return`Held at line ${Math.min(e+1,t)} of ${t}`;default:return t?e<t?`Stopped: ${e} of ${t} lines written`:n?`All written; ${n===1?`one word is`:`${n} words are`} misread`:`All written`:``}}function Ai(){let e=J.value,t=e===`writing`||e===`paused`,{done:n,all:r}=Br.value,i=K.value,a=i!==null&&q.value.trim()!==``&&Rr.value;return V(x,{children:[V(`p`,{class:`muted`,role:`status`,children:ki()}),V(`div`,{class:`progress`,hidden:!t,role:`progressbar`,"aria-label":`Lines written`,"aria-valuemin":0,"aria-valuemax":Math.max(r,1),"aria-valuenow":n,children:V(`div`,{style:{width:`${r?100*n/r:0}%`}})}),V(`div`,{class:`pace`,children:[V(sn,{icon:e===`paused`?`play`:`pause`,title:e===`paused`?`Go on`:`Pause`,disabled:!t,onClick:$r}),V(`span`,{"aria-hidden":`true`,children:`slow`}),V(`input`,{type:`range`,"aria-label":`Speed of writing, from real time to as fast as possible`,title:`How fast the pen is seen to write: from a writer's pace to as fast as points come`,min:0,max:1,step:.05,value:i?.speed??.5,style:{"--share":`${100*(i?.speed??.5)}%`},onInput:e=>$({speed:Number(e.currentTarget.value)})}),V(`span`,{"aria-hidden":`true`,children:`fast`})]}),V(`button`,{type:`button`,class:t?`write busy`:`write`,disabled:!t&&!a,title:t?`Stop at once (Esc)`:`Write (Ctrl+Return)`,onClick:()=>t?Qr():Jr(),children:[V(U,{name:t?`square`:`feather`}),t?`Stop`:`Write`]})]})}function ji(){let e=Tr.value;return V(`div`,{role:`alert`,children:e&&V(`div`,{class:`notice ${e.kind}`,children:[e.kind===`error`&&V(U,{name:`circle-alert`}),V(`p`,{children:e.text}),e.action&&V(`button`,{type:`button`,class:`quiet`,onClick:e.action.run,children:e.action.title}),V(`button`,{type:`button`,class:`tool`,title:`Close`,onClick:()=>Tr.value=null,children:[V(U,{name:`x`,size:16}),V(`span`,{class:`spoken`,children:`Close the notice`})]})]})})}function Mi(){let e=kr.value;if(X.value,!e)return null;let t=e.line.words[e.index];if(!t)return null;let n=Ar.value!==null||J.value!==`idle`||!li.value;return V(`div`,{class:`wordbar`,role:`group`,"aria-label":`The chosen word`,children:[V(`p`,{children:[V(`b`,{children:[`“`,t.text,`”`]}),t.misread!==null&&` reads as “${t.misread}”`]}),V(`button`,{type:`button`,disabled:n,onClick:()=>void ti(e),children:Ar.value?`Writing …`:`Write again`}),ni(e)&&V(`button`,{type:`button`,disabled:n,onClick:()=>void ri(e),children:`The one before`}),V(`button`,{type:`button`,class:`tool`,title:`Close`,onClick:()=>kr.value=null,children:[V(U,{name:`x`,size:16}),V(`span`,{class:`spoken`,children:`Let go of the word`})]})]})}var Ni=900,Pi=[.5,.75,1,1.5,2,3];function Fi(){let e=F(null),[t,n]=N(0);P(()=>{let t=e.current;if(!t)return;let r=new ResizeObserver(()=>{let e=getComputedStyle(t);n(t.clientWidth-parseFloat(e.paddingLeft)-parseFloat(e.paddingRight))});return r.observe(t),()=>r.disconnect()},[]);let[r,i]=N(1),a=Math.max(200,Math.min(t,Ni))*r,o=Y.value;return V(`section`,{class:`middle`,"aria-label":`Page`,children:[V(ji,{}),V(`div`,{class:`view`,children:[V(`div`,{class:`desk`,ref:e,tabIndex:0,role:`region`,"aria-label":`The paper`,children:V(`div`,{class:`sheets`,children:[t>0&&!o&&V(Li,{width:a}),t>0&&o&&Array.from({length:o.pages},(e,t)=>V(jn,{written:o,page:t,width:a,look:Lr.value,changed:X,pen:Dr,chosen:kr.value,busy:J.value!==`idle`,painters:Nr,onWord:ei},t))]})}),V(Ii,{value:r,onValue:i})]}),V(Mi,{}),V(`details`,{class:`under`,open:!0,children:[V(`summary`,{children:`Attention`}),V(`div`,{children:V(Zt,{line:Or.value,grown:Er,pen:Lr.value.pen,colour:Lr.value.colour,dark:bi.value})})]})]})}function Ii({value:e,onValue:t}){let n=Pi.find(t=>t>e),r=Pi.findLast(t=>t<e);return V(`div`,{class:`zoom`,role:`group`,"aria-label":`Size of the view`,children:[V(sn,{icon:`minus`,title:`Smaller`,disabled:r===void 0,onClick:()=>t(r??e)}),V(`output`,{children:[Math.round(100*e),` %`]}),V(sn,{icon:`plus`,title:`Larger`,disabled:n===void 0,onClick:()=>t(n??e)})]})}function Li({width:e}){let t=K.value,[n,r]=(t&&W.value?.papers[t.paper])??[210,297],i=t?.landscape?Math.min(n,r)/Math.max(n,r):r/n;return V(`div`,{class:`sheet`,style:{width:`${e}px`,height:`${e*i}px`},children:V(`p`,{class:`greeting`,children:J.value===`starting`?`One moment …`:J.value===`unreachable`?`There is no connection to the service that writes.`:V(x,{children:[V(`b`,{children:`Text goes in, ink comes out.`}),`Type some lines and press Write: a network writes them here, pen stroke by pen stroke.`]})})})}var Ri=[{value:`ballpoint`,title:`Ball-point`,icon:`pen-line`},{value:`fountain`,title:`Fountain pen`,icon:`pen-tool`},{value:`felt`,title:`Felt pen`,icon:`highlighter`},{value:`pencil`,title:`Pencil`,icon:`pencil`}],zi=[{value:`plain`,title:`Plain`},{value:`lined`,title:`Lined`},{value:`squared`,title:`Squared`},{value:`dotted`,title:`Dotted`}];function Bi({onDraw:e}){let t=W.value,n=K.value;if(!t||!n)return V(`section`,{class:`column settings`,"aria-label":`Settings`,"aria-busy":`true`});let r=e=>{let r=bn[e],i=t.ranges[e];if(!r||!i)return null;let[a,o]=i,s=e===`pen_width`?t.pens[n.pen]?.width??n.pen_width:t.standard[e];return V(nn,{scale:{...r,least:a,most:o,standard:s},value:n[e],onValue:t=>$({[e]:t})},e)};return V(`section`,{class:`column settings`,"aria-label":`Settings`,children:[V(cn,{shipped:wr.value,own:G.value,value:n.style,onValue:e=>$({style:e}),onDraw:e,onForget:di}),r(`bias`),r(`x_height`),V(Hi,{}),V(`h2`,{class:`section`,children:`Ink and pen`}),V(an,{inks:t.inks,value:n.colour,onValue:e=>$({colour:e})}),V(rn,{title:`Pen`,choices:Ri.filter(e=>e.value in t.pens),value:n.pen,onValue:e=>$({pen:e,pen_width:t.pens[e]?.width??n.pen_width})}),r(`pen_width`),V(`h2`,{class:`section`,children:`Paper`}),V(Vi,{known:t}),V(`details`,{children:[V(`summary`,{children:`More`}),V(`div`,{children:[n.style!==``&&r(`strength`),r(`slant`),r(`word_spacing`),r(`line_spacing`),r(`variation`),V(on,{title:`Alignment`,value:n.alignment,choices:t.alignments.map(e=>[e,Ki(e)]),onValue:e=>$({alignment:e})})]})]})]})}function Vi({known:e}){let t=K.value;return t?V(x,{children:[V(on,{title:`Size of the sheet`,value:t.paper,choices:Object.entries(e.papers).map(([e,[t,n]])=>[e,`${e} (${Math.round(t)} × ${Math.round(n)} mm)`]),onValue:e=>$({paper:e})}),V(`label`,{class:`row`,children:[V(`input`,{type:`checkbox`,checked:t.landscape,onChange:e=>$({landscape:e.currentTarget.checked})}),V(`span`,{children:`Longer side across`})]}),V(rn,{title:`Ruling`,choices:zi.filter(t=>e.rulings.includes(t.value)),value:t.ruling,onValue:e=>$({ruling:e})})]}):null}function Hi(){let e=K.value;return e?V(`div`,{class:`row`,title:`From which chance is drawn: the same seed writes the same ink.`,children:[V(`label`,{for:`seed`,children:`Seed`}),V(`span`,{class:`number`,children:V(`input`,{id:`seed`,type:`number`,min:0,max:yn,step:1,value:e.seed,onChange:t=>{let n=Math.round(Number(t.currentTarget.value));Number.isFinite(n)&&n>=0&&n<=yn?$({seed:n}):t.currentTarget.value=String(e.seed)}})}),V(sn,{icon:`dices`,title:`Another seed`,onClick:Wr})]}):null}function Ui(){let e=Y.value,t=q.value.split(/\s+/).filter(Boolean).length;return V(`footer`,{class:`status`,children:[V(`span`,{children:t===1?`1 word`:`${t} words`}),e&&V(`span`,{children:e.pages===1?`1 page`:`${e.pages} pages`}),V(`span`,{children:`Your text goes to this server alone, and is not kept there`})]})}function Wi(){let e=(e,t,n)=>V(`button`,{type:`button`,"aria-pressed":jr.value===e,onClick:()=>jr.value=e,children:[V(U,{name:n}),t]});return V(`nav`,{class:`tabs`,"aria-label":`Views`,children:[e(`text`,`Text`,`type`),e(`page`,`Page`,`file-text`),e(`settings`,`Settings`,`settings`)]})}function Gi(){let e=F(null),t=ht(``);return P(()=>e.current?.showModal(),[]),V(`dialog`,{ref:e,class:`small-dialog`,"aria-labelledby":`token-title`,onClose:()=>Mr.value=!1,children:V(`form`,{method:`dialog`,onSubmit:e=>{e.preventDefault(),hi(t.value.trim())},children:[V(`h2`,{id:`token-title`,children:`This service asks for a token`}),V(`label`,{class:`field`,children:[V(`span`,{children:`Token, as you got it from whoever runs the service`}),V(`input`,{type:`password`,required:!0,autocomplete:`off`,value:t.value,onInput:e=>t.value=e.currentTarget.value})]}),V(`footer`,{children:[V(`p`,{children:`It is forgotten when this tab is closed.`}),V(`button`,{type:`submit`,class:`primary`,children:`Use it`})]})]})})}function Ki(e){return e.charAt(0).toUpperCase()+e.slice(1)}var qi=document.getElementById(`app`);qi&&(qi.replaceChildren(),A(V(Ci,{}),qi));