import { launchBrowser } from "/work/main/test/support/browser.ts";
const base="http://localhost:8180"; const [who,nhs,...paths]=process.argv.slice(2);
const b = await launchBrowser(); const p = await b.newPage({viewport:{width:1280,height:800}});
p.on("console",m=>m.type()==="error"&&console.log("console",m.text()));
await p.goto(base+"/"); await p.locator("li,tr,div.card,section,form").filter({hasText:who}).last().locator("button").first().click(); await p.waitForLoadState();
if(p.url().includes("/sign-in/role")){await p.locator("input[type=radio]").first().check();await p.locator("main button").first().click();await p.waitForLoadState();}
if(nhs!=="-"){await p.goto(base+"/find"); await p.locator("main input[name=nhsNumber]").fill(nhs!);await p.locator("main button").first().click();await p.waitForLoadState();await p.screenshot({path:"/tmp/find.png"});
await p.locator("main a[href^='/person/']").first().click();await p.waitForLoadState();console.log(p.url(),await p.title());
if(p.url().endsWith("/reason")||await p.locator("input[name=kind]").count()){await p.screenshot({path:"/tmp/reason.png"});await p.locator("input[name=kind]").first().check();await p.locator("textarea[name=words]").fill("called to her home, breathless");await p.locator("main button").first().click();await p.waitForLoadState();console.log(p.url(),await p.title(), (await p.locator("main").innerText()).slice(0,200));}}
const person=p.url().match(/person\/[^/]+/)?.[0];
await p.screenshot({path:"/tmp/p0.png"});await p.screenshot({path:"/tmp/p0full.png",fullPage:true});
let i=1;for(const path of paths){await p.goto(base+(path.startsWith("/")?path:"/"+person+"/"+path));console.log(i,p.url(),await p.title());await p.screenshot({path:`/tmp/p${i}.png`,fullPage:true});i++}
await p.setViewportSize({width:390,height:844}); if(person){await p.goto(base+"/"+person);await p.screenshot({path:"/tmp/m0.png",fullPage:false});}
await b.close();
